// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing

/// Against the check values of the CRC catalogue and of FIPS 180-4.
@Suite struct DigestTests {
  @Test func `CRC-32`() {
    #expect(CRC32.of([]) == 0)
    #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
    var crc = CRC32()
    crc.update(Array("1234".utf8))
    crc.update([])
    crc.update(Array("56789".utf8))
    #expect(crc.value == 0xCBF4_3926)
  }

  @Test func `SHA-256`() {
    #expect(SHA256.of([]).hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256.of(Array("abc".utf8)).hexadecimal
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    var digest = SHA256()
    digest.update(Array("a".utf8))
    digest.update(Array("bc".utf8))
    #expect(digest.finalize() == SHA256.of(Array("abc".utf8)))
    // It begins anew.
    digest.update(Array("abc".utf8))
    #expect(digest.finalize() == SHA256.of(Array("abc".utf8)))
  }
}
