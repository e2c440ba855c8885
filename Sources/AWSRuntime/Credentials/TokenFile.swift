import AWSSigning
import FoundationEssentials
import SpotSupport
import SystemPackage

/// A file in which a command of the AWS CLI keeps what somebody logged in with.
///
/// What we do not know in it is written back as it was.
struct TokenFile {
    let path: FilePath
    private(set) var members: [String: JSONMember]

    /// Nil where there is no file, or one that is no JSON object.
    init?(reading path: FilePath) throws(SystemCallError) {
        guard let bytes = try PrivateFile.read(path),
            let members = try? JSONCodec.decode([String: JSONMember].self, from: bytes)
        else { return nil }
        self.path = path
        self.members = members
    }

    subscript(name: String) -> String? {
        get { members[name]?.text }
        set { members[name] = newValue.map { .text($0) } }
    }

    /// The members of an object inside.
    subscript(object name: String) -> [String: JSONMember]? {
        get { members[name]?.object }
        set { members[name] = newValue.map { .object($0) } }
    }

    func moment(_ name: String) -> Date? {
        self[name].flatMap { Timestamp.parse($0) }
    }

    func write() throws {
        try PrivateFile.write(try JSONCodec.encode(members), to: path)
    }
}

/// Any value of JSON.
enum JSONMember: Codable, Equatable {
    case text(String)
    case truth(Bool)
    case whole(Int)
    case number(Double)
    case list([JSONMember])
    case object([String: JSONMember])
    case null

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let whole = try? value.decode(Int.self) {
            self = .whole(whole)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let list = try? value.decode([JSONMember].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSONMember].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .text(let text): try value.encode(text)
        case .truth(let truth): try value.encode(truth)
        case .whole(let whole): try value.encode(whole)
        case .number(let number): try value.encode(number)
        case .list(let list): try value.encode(list)
        case .object(let object): try value.encode(object)
        case .null: try value.encodeNil()
        }
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var object: [String: JSONMember]? {
        guard case .object(let object) = self else { return nil }
        return object
    }
}
