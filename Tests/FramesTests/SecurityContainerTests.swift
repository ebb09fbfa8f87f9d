import Frames
import TestSupport
import Testing

@Suite("Ciphered APDU")
struct SecurityContainerTests {
  private func parse(_ octets: [UInt8]) throws(SecurityError) -> CipheredAPDU {
    try CipheredAPDU(octets.span, in: 0..<octets.count)
  }

  private func refusal(_ octets: [UInt8]) -> SecurityError? {
    do {
      _ = try parse(octets)
      return nil
    } catch { return error }
  }

  @Test("the worked example is read field by field")
  func example() throws {
    let frame = CipheredMessage.exampleFrame
    let apdu = try CipheredAPDU(frame.span, in: 11..<(frame.count - 3))
    #expect(apdu.systemTitle.description == "4B414D4501234567")
    #expect(apdu.security.octet == 0x30)
    #expect(apdu.invocationCounter == 1)
    #expect(apdu.text == 27..<76)
    #expect(apdu.tag == 76..<88)
    #expect(apdu.nonce == octets("4B 41 4D 45 01 23 45 67 00 00 00 01"))
    let key = try #require(Key128(CipheredMessage().authenticationKey))
    #expect(
      apdu.additionalData(authenticationKey: key, plainText: [1, 2])
        == octets("30 D0 D1 D2 D3 D4 D5 D6 D7 D8 D9 DA DB DC DD DE DF"))
  }

  @Test(
    "the tag vouches for what the security control says",
    arguments: [(0x20, ""), (0x10, "10 AK 0F 00"), (0x30, "30 AK")])
  func additionalData(vector: (security: UInt8, expected: String)) throws {
    var message = CipheredMessage()
    message.security = vector.security
    let key = try #require(Key128(message.authenticationKey))
    let expected = octets(vector.expected.replacing("AK", with: hex(message.authenticationKey)))
    #expect(try parse(message.apdu).additionalData(authenticationKey: key, plainText: [0x0F, 0x00]) == expected)
  }

  @Test("every form of the length is read, longer than needed or not", arguments: [0, 1, 2, 4])
  func lengthForms(width: Int) throws {
    var message = CipheredMessage()
    message.lengthWidth = width
    let apdu = try parse(message.apdu)
    #expect(apdu.text.count == message.plainText.count)
    #expect(apdu.tag?.upperBound == message.apdu.count)
  }

  @Test("forms of a length that do not exist are refused", arguments: [0x80, 0x83, 0x85, 0xFF] as [UInt8])
  func noLengthForm(octet: UInt8) {
    var octets = CipheredMessage().apdu
    octets[10] = octet
    #expect(refusal(octets)?.kind == .lengthForm(octet))
    #expect(refusal(octets)?.offset == 10)
  }

  @Test("every proper prefix is refused", arguments: [0, 1, 2, 4], [0x10, 0x20, 0x30] as [UInt8])
  func prefixes(width: Int, security: UInt8) {
    var message = CipheredMessage()
    message.lengthWidth = width
    message.security = security
    let apdu = message.apdu
    #expect(refusal(apdu) == nil)
    for count in 1..<apdu.count { #expect(refusal(Array(apdu.prefix(count))) != nil, "\(count) octets") }
  }

  @Test("octets behind it are refused with both numbers")
  func leftOver() {
    let error = refusal(CipheredMessage().apdu + [0])
    #expect(error?.kind == .length(66, present: 67))
    #expect(error?.description == "octet 10: length of the ciphered APDU says 66 octets, 67 came")
  }

  @Test("contents that are too short for their parts are refused")
  func tooShort() {
    let head = octets("DB 08 4B 41 4D 45 01 23 45 67")
    for count in 0..<5 {
      #expect(refusal(head + [UInt8(count)] + [UInt8](repeating: 0x30, count: count))?.kind == .truncated)
    }
    for count in 5..<17 {
      #expect(refusal(head + [UInt8(count)] + [UInt8](repeating: 0x30, count: count))?.kind == .truncated)
    }
    #expect(refusal(head + [17] + [UInt8](repeating: 0x30, count: 17)) == nil)
    #expect(refusal(head + [5] + [UInt8](repeating: 0x20, count: 5)) == nil)
    #expect(refusal(head + octets("84 FF FF FF FF 30"))?.kind == .length(0xFFFF_FFFF, present: 1))
  }

  @Test("a system title of another length is refused", arguments: [0, 7, 9, 255] as [UInt8])
  func title(count: UInt8) {
    var octets = CipheredMessage().apdu
    octets[1] = count
    #expect(refusal(octets)?.kind == .titleLength(count))
  }

  @Test(
    "another suite, and compression, are refused by name", arguments: [0x21, 0x31, 0x32, 0x3F, 0xB0, 0xA0] as [UInt8])
  func unknown(security: UInt8) throws {
    var message = CipheredMessage()
    message.security = security
    let error = try #require(refusal(message.apdu))
    #expect(error.kind == (security & 0x0F == 0 ? .compressed : .suite(security & 0x0F)))
    #expect(error.description.hasPrefix("octet 11: encrypted "))
  }
}
