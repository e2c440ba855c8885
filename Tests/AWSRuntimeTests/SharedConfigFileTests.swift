import AWSRuntime
import Testing

struct SharedConfigFileTests {
    @Test func `sections, keys and comments are read as AWS's tools read them`() throws {
        let file = try parse(
            """
            # a comment
            [default]
            Region = eu-central-1
            ; another
            output=json
            [profile "my own"]
            region: us-east-1
            url = a=b # not a comment
              continued
            [ profile   spaced ]
            empty =
            """
        )
        #expect(file.sections["default"]?.values == ["region": "eu-central-1", "output": "json"])
        #expect(
            file.sections["profile my own"]?.values
                == ["region": "us-east-1", "url": "a=b # not a comment\ncontinued"]
        )
        #expect(file.sections["profile spaced"]?.values == ["empty": ""])
    }

    @Test func `a key without a value can hold keys`() throws {
        let file = try parse(
            """
            [services lab]
            ec2 =
              endpoint_url = http://127.0.0.1:1
              Other = x
            efs =
                endpoint_url = http://127.0.0.1:2
            """
        )
        #expect(
            file.sections["services lab"]?.nested == [
                "ec2": ["endpoint_url": "http://127.0.0.1:1", "other": "x"],
                "efs": ["endpoint_url": "http://127.0.0.1:2"],
            ]
        )
    }

    @Test func `line ends of Windows and a byte order mark are no matter`() throws {
        let bytes = [0xEF, 0xBB, 0xBF] + Array("[default]\r\nregion = x\r\n\r\n".utf8)
        let file = try SharedConfigFile(parsing: bytes, name: "f")
        #expect(file.sections["default"]?.values == ["region": "x"])
    }

    @Test func `sections of one name are one section`() throws {
        let file = try parse("[a]\nx = 1\ny = 1\n[b]\n[a]\ny = 2\n")
        #expect(file.sections["a"]?.values == ["x": "1", "y": "2"])
    }

    @Test(arguments: [
        ("x = 1", 1, "it stands before the first [section]"),
        ("[a]\nx", 2, "expected key = value"),
        ("[a]\n\n= 1", 3, "expected key = value"),
        ("[a", 1, "the heading has no ]"),
        ("[]", 1, "the heading is empty"),
        ("[a]\nx =\n  y", 3, "expected key = value"),
    ])
    func `an error names file and line`(_ text: String, _ line: Int, _ problem: String) {
        #expect {
            try parse(text)
        } throws: { error in
            "\(error)" == "cannot read line \(line) of /x/config: \(problem)"
        }
    }

    @Test func `bytes that are not UTF-8 are an error with their line`() {
        #expect {
            try SharedConfigFile(parsing: Array("[a]\n".utf8) + [0xFF], name: "f")
        } throws: {
            "\($0)" == "cannot read line 2 of f: it is not UTF-8"
        }
    }

    private func parse(_ text: String) throws -> SharedConfigFile {
        try SharedConfigFile(parsing: Array(text.utf8), name: "/x/config")
    }
}
