import AWSRuntime
import FoundationEssentials
import Testing

struct QueryEncoderTests {
    @Test func `what is nil does not appear`() {
        var fields = QueryEncoder(dialect: .query)
        fields["A"] = nil as String?
        fields.setBlob("B", nil)
        fields.setList("C", nil)
        fields["D"] = ""
        #expect(text(fields) == "D=")
    }

    @Test func `lists are flat for EC2 and have members elsewhere`() {
        #expect(list(["a", "b"], .ec2) == "L.1=a&L.2=b")
        #expect(list(["a", "b"], .query) == "L.member.1=a&L.member.2=b")
    }

    @Test func `an empty list vanishes for EC2 and is sent elsewhere`() {
        #expect(list([], .ec2) == "")
        #expect(list([], .query) == "L=")
    }

    @Test func `structures nest to any depth`() {
        var fields = QueryEncoder(dialect: .ec2)
        fields.setStructure("S", 1) { fields, _ in
            fields.setStructures("L", ["x", "y"]) { fields, value in
                fields["V"] = value
                fields.setList("M", [value])
            }
        }
        #expect(text(fields) == "S.L.1.V=x&S.L.1.M.1=x&S.L.2.V=y&S.L.2.M.1=y")
    }

    @Test func `values are written in AWS's forms`() {
        var fields = QueryEncoder(dialect: .ec2)
        fields["I"] = -1
        fields["B"] = false
        fields["D"] = Date(timeIntervalSince1970: 1_795_258_320)
        fields["F"] = Date(timeIntervalSince1970: 1_795_258_320.25)
        fields.setBlob("X", [0xFF, 0xFE])
        fields["S"] = "ä &=+/~"
        #expect(
            text(fields)
                == "I=-1&B=false&D=2026-11-21T10%3A52%3A00Z&F=2026-11-21T10%3A52%3A00.250Z"
                + "&X=%2F%2F4%3D&S=%C3%A4%20%26%3D%2B%2F~"
        )
    }

    private func list(_ values: [String], _ dialect: QueryEncoder.Dialect) -> String {
        var fields = QueryEncoder(dialect: dialect)
        fields.setList("L", values)
        return text(fields)
    }

    private func text(_ fields: QueryEncoder) -> String {
        String(decoding: fields.body, as: UTF8.self)
    }
}
