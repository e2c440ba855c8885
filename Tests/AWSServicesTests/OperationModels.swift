import Foundation
import SpotTestSupport

/// What botocore's models say about the operations that are written down in `Sources/AWSServices`.
enum OperationModels {
    /// An operation as our source declares it.
    struct Declaration: Hashable, Sendable {
        /// As botocore calls it: "ec2".
        let service: String
        let name: String
        let isPaginated: Bool
        /// The source of the type, up to the next one.
        let text: String

        var isRead: Bool { ["Describe", "Get", "List"].contains { name.hasPrefix($0) } }
    }

    /// Every operation of the package.
    static let declarations: [Declaration] = {
        let folder = URL(filePath: PackageRoot.path).appending(path: "Sources/AWSServices")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (files?.compactMap { $0 as? URL } ?? []).flatMap { file -> [Declaration] in
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
            let folder = file.deletingLastPathComponent().lastPathComponent.lowercased()
            return declarations(in: text, of: services[folder] ?? folder)
        }
    }()

    /// What botocore says, by service and name; nil where there is no botocore.
    ///
    /// `input` and `output` are the names of the page tokens on the wire, or null; `token` says whether
    /// a client token is part of the input.
    static let models: JSONValue? = {
        let asked = declarations.map { "\($0.service).\($0.name)" }
        guard let python = try? Lab.python(),
            let result = try? ChildProcess(python).runBlocking(["-c", script] + asked),
            result.status == 0
        else { return nil }
        return try? JSONValue(decoding: result.output)
    }()

    /// Where botocore's name is not that of our folder.
    private static let services = ["servicequotas": "service-quotas"]

    private static func declarations(in text: String, of service: String) -> [Declaration] {
        let parts = text.components(separatedBy: "package struct ").dropFirst()
        return parts.compactMap { part in
            let head = part.prefix { $0 != "{" }
            guard let colon = head.firstIndex(of: ":"), head.contains("Operation") else {
                return nil
            }
            let isList = head.contains("ListOperation") || head.contains("PaginatedOperation")
            let name = String(head[..<colon])
            return Declaration(service: service, name: name, isPaginated: isList, text: part)
        }
    }

    private static let script = #"""
        import json, sys
        import botocore.session

        session = botocore.session.get_session()
        found = {}
        for word in sys.argv[1:]:
            service, name = word.split(".")
            model = session.get_service_model(service)
            if name not in model.operation_names:
                sys.exit(f"{service} has no {name}")
            operation = model.operation_model(name)
            given = operation.input_shape.members if operation.input_shape else {}
            answer = operation.output_shape.members if operation.output_shape else {}
            pages = {"input_token": "NextToken", "output_token": "NextToken"}
            try:
                pages = session.get_paginator_model(service).get_paginator(name)
            except (ValueError, botocore.exceptions.UnknownServiceError, botocore.exceptions.DataNotFoundError):
                pass
            wire = {"input": None, "output": None}
            if pages["input_token"] in given and pages["output_token"] in answer:
                for key, members in (("input", given), ("output", answer)):
                    token = pages[f"{key}_token"]
                    wire[key] = members[token].serialization.get("name", token)
                if model.metadata["protocol"] == "ec2":
                    wire["input"] = wire["input"][0].upper() + wire["input"][1:]
            wire["token"] = any(shape.metadata.get("idempotencyToken") for shape in given.values())
            found[word] = wire
        print(json.dumps(found))
        """#
}
