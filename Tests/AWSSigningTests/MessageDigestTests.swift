import AWSSigning
import Testing

struct MessageDigestTests {
    @Test func `the hash of nothing is the published one`() {
        #expect(
            MessageDigest.hexadecimal(MessageDigest.sha256([]))
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
    }

    /// RFC 4231, case 2.
    @Test func `a code is the published one`() {
        let code = MessageDigest.hmac(
            Array("what do ya want for nothing?".utf8),
            key: Array("Jefe".utf8)
        )
        #expect(
            MessageDigest.hexadecimal(code)
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
    }

    @Test func `an empty key is a key`() {
        let code = MessageDigest.hmac([], key: [])
        #expect(
            MessageDigest.hexadecimal(code)
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        )
    }
}
