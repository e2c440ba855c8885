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
            let service = file.deletingLastPathComponent().lastPathComponent.lowercased()
            return declarations(in: text, of: service)
        }
    }()

    /// By service and name: `input` and `output`, the names of the page tokens on the wire, or null;
    /// `token`, whether a client token is part of the input. Nil where there is no botocore.
    static let models: JSONValue? = {
        let asked = declarations.map { "\($0.service).\($0.name)" }
        let home = ProcessInfo.processInfo.environment["HOME"] ?? "/root"
        let pythons = ["\(home)/.cache/spot-lab/venv/bin/python", "python3"]
        return pythons.lazy.compactMap { python -> JSONValue? in
            let result = try? ChildProcess("/usr/bin/env").runBlocking(
                [python, "-c", script] + asked
            )
            guard let result, result.status == 0 else { return nil }
            return try? JSONValue(decoding: result.output)
        }.first
    }()

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
