// How the two files may be written.
extension OracleFixture {
    private static let pair = "aws_access_key_id = AKID\naws_secret_access_key = s\n"

    private static func written(_ name: String, _ config: String) -> OracleFixture {
        OracleFixture(name, config: config, ["AWS_PROFILE": "web"])
    }

    static let dialect: [OracleFixture] = [
        OracleFixture(
            "lines that end in CR LF",
            config: "[default]\r\nregion = eu-north-1\r\ns3 =\r\n  addressing_style = path\r\n",
            credentials: "[default]\r\naws_access_key_id = AKID\r\naws_secret_access_key = s\r\n"
        ),
        OracleFixture(
            "a byte order mark",
            config: "\u{FEFF}[default]\nregion = eu-north-1\n",
            credentials: "\u{FEFF}[default]\n\(pair)"
        ).differing(because: "editors on Windows put one there, and version 2 of the CLI reads it"),
        written("a heading in double quotes", "[profile \"web\"]\n\(pair)"),
        written("a heading in single quotes", "[profile 'web']\n\(pair)"),
        written("a heading with much room", "[profile \t  web]\n\(pair)"),
        written("a heading with room inside its brackets", "[ profile web ]\n\(pair)")
            .differing(because: "other SDKs take it, and nothing else can be meant"),
        OracleFixture(
            "a name of two words",
            config: "[profile \"two words\"]\n\(pair)",
            ["AWS_PROFILE": "two words"]
        ),
        OracleFixture(
            "a name of two words without quotes",
            config: "[profile two words]\n\(pair)",
            ["AWS_PROFILE": "two words"]
        ).differing(because: "nothing else can be meant"),
        written("a heading without the word profile", "[web]\n\(pair)"),
        written("a heading with a remark behind it", "[profile web] # mine\n\(pair)"),
        OracleFixture("the default with the word profile", config: "[profile default]\n\(pair)"),
        OracleFixture(
            "the default written both ways",
            config: """
                [default]
                aws_access_key_id = PLAIN
                aws_secret_access_key = s
                [profile default]
                aws_access_key_id = PREFIXED
                aws_secret_access_key = s
                """
        ),
        written(
            "a section twice",
            "[profile web]\naws_access_key_id = A\n[profile web]\naws_secret_access_key = s\n"
        ).differing(because: "both halves can be meant only together, as other SDKs read them"),
        written("a key twice", "[profile web]\n\(pair)aws_access_key_id = SECOND\n")
            .differing(because: "the last one wins, as in other SDKs"),
        written(
            "keys in capitals and a colon",
            "[profile web]\nAWS_ACCESS_KEY_ID: AKID\nAws_Secret_Access_Key : s\n"
        ),
        written(
            "an equals sign in a value",
            "[profile web]\naws_access_key_id = AKID\naws_secret_access_key = a=b==\n"
        ),
        written(
            "remarks and empty lines",
            "# one\n; two\n[profile web]\n\n# three\naws_access_key_id = AKID\n  # four\n"
                + "aws_secret_access_key = s\n;five\n"
        ),
        written(
            "a remark behind a value belongs to it",
            "[profile web]\naws_access_key_id = AKID # mine\naws_secret_access_key = s\n"
        ),
        written(
            "nested settings before a key",
            "[profile web]\ns3 =\n  addressing_style = path\n\n  use_fips = true\n\(pair)"
        ),
        written("nested settings without a value", "[profile web]\ns3 =\n  nonsense\n\(pair)"),
        written(
            "a value that goes on",
            "[profile web]\naws_access_key_id = AKID\naws_secret_access_key = one\n  two\n"
        ),
        written("tabs before a value that goes on", "[profile web]\nrole = a\n\tb = c\n\(pair)"),
        written("room before a heading", "  [profile web]\n\(pair)"),
        written("room before the first key", "[profile web]\n  region = eu-west-1\n\(pair)"),
        written("a key without a name", "[profile web]\n= x\n\(pair)"),
        written("an empty heading", "[]\nx = y\n[profile web]\n\(pair)"),
        written("a heading of quotes only", "[profile \"\"]\nx = y\n[profile web]\n\(pair)"),
        written("an odd quote in a heading", "[profile \"web]\n\(pair)"),
        written("a heading with another case", "[Profile web]\n\(pair)"),
        OracleFixture("a default with another case", config: "[DEFAULT]\n\(pair)"),
        written("quotes around a value", "[profile web]\nregion = \"eu-west-1\"\n\(pair)"),
        written(
            "no room at all",
            "[profile web]\nregion=eu-west-1\naws_access_key_id=A\naws_secret_access_key=s"
        ),
        written("a nested key with a colon", "[profile web]\ns3 =\n  a: b\n\(pair)"),
        written("a line without a sign", "[profile web]\nnonsense\n\(pair)"),
        written("a key before any section", "region = eu-west-1\n[profile web]\n\(pair)"),
        written("a heading that is not closed", "[profile web\n\(pair)"),
        written("an empty file", ""),
        written(
            "an unknown section",
            "[plugins]\ncli = x\n[preview]\ny = 1\n[profile web]\n\(pair)"
        ),
        OracleFixture(
            "two files that share a profile",
            config: "[profile web]\nregion = eu-west-2\naws_secret_access_key = s\n",
            credentials: "[web]\naws_access_key_id = AKID\n",
            ["AWS_PROFILE": "web"]
        ),
        OracleFixture(
            "settings in the credentials file win",
            config: "[profile web]\nregion = eu-west-2\n",
            credentials: "[web]\nregion = eu-west-3\n\(pair)",
            ["AWS_PROFILE": "web"]
        ),
        OracleFixture(
            "a role in the credentials file",
            config: "[profile web]\nregion = eu-west-2\n",
            credentials: """
                [web]
                role_arn = arn:aws:iam::123456789012:role/web
                source_profile = base
                [base]
                \(pair)
                """,
            ["AWS_PROFILE": "web"]
        ),
        OracleFixture(
            "the word profile in the credentials file",
            credentials: "[profile web]\n\(pair)",
            ["AWS_PROFILE": "web"]
        ),
    ]
}
