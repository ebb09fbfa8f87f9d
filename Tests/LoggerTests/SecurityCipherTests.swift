import Frames
import Metering
import TestSupport
import Testing

@testable import Logger

@Suite struct `AES-GCM of the library` {
  private func encrypt(
    _ text: [UInt8], _ message: CipheredMessage, nonce: [UInt8], authenticating data: [UInt8]
  ) throws -> (text: [UInt8], tag: [UInt8]) {
    var text = text
    let key = try #require(Key128(message.encryptionKey))
    let tag = try #require(CryptoGCM().encrypt(&text, key: key, nonce: nonce, authenticating: data))
    return (text, tag)
  }

  @Test func `the worked example, with all sixteen octets of its tag`() throws {
    let message = CipheredMessage()
    let nonce = octets("4B 41 4D 45 01 23 45 67 00 00 00 01")
    let sealed = try encrypt(
      message.plainText, message, nonce: nonce, authenticating: [0x30] + message.authenticationKey)
    #expect(sealed.text == Array(CipheredMessage.exampleFrame[27..<76]))
    #expect(sealed.tag == octets("5A BD B4 FB 97 B3 85 A8 FD 28 71 3B A7 F4 D3 CA"))
    #expect(try encrypt(sealed.text, message, nonce: nonce, authenticating: []).text == message.plainText)
  }

  @Test func `the vector of the Green Book`() throws {
    let message = CipheredMessage()
    let sealed = try encrypt(
      octets("C0 01 00 00 08 00 00 01 00 00 FF 02 00"), message, nonce: octets("4D 4D 4D 00 00 BC 61 4E 01 23 45 67"),
      authenticating: [0x30] + message.authenticationKey)
    #expect(sealed.text == octets("41 13 12 FF 93 5A 47 56 68 27 C4 67 BC"))
    #expect(sealed.tag.prefix(12) == octets("7D 82 5C 3B E4 A7 7C 3F CC 05 6B 6B")[...])
  }

  @Test func `library and book agree on texts of any length`() throws {
    var random = SeededGenerator(seed: 7)
    for length in [0, 1, 15, 16, 17, 31, 32, 33, 255, 256, 1000] {
      var message = CipheredMessage()
      message.encryptionKey = random.octets(16)
      let (text, nonce, data) = (random.octets(length), random.octets(12), random.octets(length % 40))
      let book = referenceGCM(text, key: message.encryptionKey, nonce: nonce, authenticating: data)
      let library = try encrypt(text, message, nonce: nonce, authenticating: data)
      #expect(library.text == book.text && library.tag == book.tag, "\(length) octets")
    }
  }

  @Test func `a nonce that is too short is refused, not trapped on`() throws {
    var text: [UInt8] = [1, 2, 3]
    let key = try #require(Key128([UInt8](repeating: 0, count: 16)))
    #expect(CryptoGCM().encrypt(&text, key: key, nonce: [1], authenticating: []) == nil)
    #expect(text == [1, 2, 3])
  }

  @Test(arguments: [0x10, 0x20, 0x30] as [UInt8], [true, false])
  func `a meter's message is read`(security: UInt8, authenticates: Bool) throws {
    var message = CipheredMessage()
    message.security = security
    var decoder = MessageDecoder(decryptor: try message.decryptor(authenticates: authenticates))
    let information = message.information
    try decoder.decode(information.span, in: 0..<information.count, isChecked: true)
    #expect(decoder.list.readings[.activePowerImport] == 1234)
    #expect(decoder.list.isEncrypted == (security != 0x10))
  }

  @Test func `a wrong tag gives nothing`() throws {
    var decryptor = try CipheredMessage().decryptor()
    var apdu = CipheredMessage().apdu
    apdu[apdu.count - 1] ^= 1
    let error = #expect(throws: SecurityError.self) { _ = try decryptor.decrypt(apdu.span, in: 0..<apdu.count) }
    #expect(error?.kind == .authentication)
    #expect(decryptor.plainText.isEmpty)
  }
}

extension CipheredMessage {
  /// What reads this meter, by the library.
  func decryptor(authenticates: Bool = true) throws -> APDUDecryptor {
    let keys = MeterKeys(
      encryption: try #require(Key128(encryptionKey)), authentication: authenticates ? Key128(authenticationKey) : nil)
    return APDUDecryptor(keys: KeyRing(common: keys), cipher: CryptoGCM())
  }
}
