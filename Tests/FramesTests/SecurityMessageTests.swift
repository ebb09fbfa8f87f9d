import Frames
import Metering
import TestSupport
import Testing

@Suite("Ciphered messages")
struct SecurityMessageTests {
  private func refusal(_ information: [UInt8], _ decoder: inout MessageDecoder) -> MessageError? {
    do throws(MessageError) {
      try decoder.decode(information.span, in: 0..<information.count, isChecked: true)
      return nil
    } catch { return error }
  }

  @Test("the worked example says P+ 1234 W", arguments: [true, false], [true, false])
  func example(authenticates: Bool, hasLLC: Bool) throws {
    let frame = CipheredMessage.exampleFrame
    var decoder = MessageDecoder(decryptor: CipheredMessage().decryptor(authenticates: authenticates))
    try decoder.decode(frame.span, in: (hasLLC ? 8 : 11)..<(frame.count - 3), isChecked: false)
    #expect(decoder.list.readings[.activePowerImport] == 1234)
    #expect(decoder.list.maker == .kamstrup)
    #expect(decoder.list.clock?.wall.iso8601 == "2026-02-05T13:00:30")
    #expect(decoder.list.isEncrypted)
    // The tag vouches for a message that came without its frame.
    #expect(decoder.list.isChecked == authenticates)
    #expect(decoder.protection?.isAuthenticated == authenticates)
    #expect(decoder.places(in: frame) == CipheredMessage.examplePlainText)
  }

  @Test("the encoder of these tests writes the worked example")
  func encoder() {
    #expect(hdlcFrame(CipheredMessage().information, addresses: [0x41, 0x03]) == CipheredMessage.exampleFrame)
  }

  @Test("every list of every maker comes out of its cipher as it went in", arguments: Fixture.all)
  func fixtures(fixture: Fixture) throws {
    guard fixture.information.starts(with: octets("E6 E7 00 0F")) else { return }
    var message = CipheredMessage()
    message.plainText = Array(fixture.information.dropFirst(3))
    var decoder = MessageDecoder(decryptor: message.decryptor())
    let information = message.information
    try decoder.decode(information.span, in: 0..<information.count, isChecked: true)
    #expect(Reading(decoder.list) == fixture.expected)
  }

  @Test("a plain message after an encrypted one is plain")
  func plainAfterEncrypted() throws {
    let message = CipheredMessage()
    var decoder = MessageDecoder(decryptor: message.decryptor())
    #expect(refusal(message.information, &decoder) == nil)
    #expect(refusal(Fixture.aidonList1.information, &decoder) == nil)
    #expect(!decoder.list.isEncrypted)
    #expect(decoder.protection == nil)
    #expect(decoder.places(in: [7]) == [7])
  }

  @Test("without a key each frame is refused in one sentence, and its octets are kept")
  func withoutKey() {
    let heard = Heard(CipheredMessage.exampleFrame + CipheredMessage.exampleFrame)
    #expect(heard.readings.isEmpty)
    #expect(heard.faults.map(\.stage) == [.security, .security])
    #expect(heard.faults.map(\.reason) == Array(repeating: "frames are encrypted; a key is needed", count: 2))
    #expect(heard.faults.map(\.octets) == Array(repeating: CipheredMessage.exampleFrame.dropLast(), count: 2))
  }

  @Test("a repeat is refused at its stage, and counted")
  func repeated() {
    let message = CipheredMessage()
    var decoder = MessageDecoder(decryptor: message.decryptor())
    #expect(refusal(message.information, &decoder) == nil)
    let error = refusal(message.information, &decoder)
    #expect(error?.stage == .security)
    #expect(error?.description == "encrypted message was heard before: its invocation counter is 1, the last was 1")
    #expect(decoder.decryptor.counts.accepted == 1)
    #expect(decoder.decryptor.counts.repeated == 1)
  }

  @Test("a fault inside is told by its place inside, and spends no counter")
  func faultInside() {
    var message = CipheredMessage()
    message.plainText.removeLast()
    var decoder = MessageDecoder(decryptor: message.decryptor())
    let error = refusal(message.information, &decoder)
    #expect(error?.stage == .axdr)
    #expect(error?.description == "in the decrypted message, octet 44: truncated, 1 more octets needed")
    message.plainText = CipheredMessage.examplePlainText
    #expect(refusal(message.information, &decoder) == nil)
  }

  @Test("no message with a flipped bit gives a reading", arguments: [0x10, 0x30] as [UInt8])
  func flippedBits(security: UInt8) {
    var message = CipheredMessage()
    message.security = security
    let apdu = message.apdu
    for bit in 8..<(apdu.count * 8) {
      var flipped = apdu
      flipped[bit / 8] ^= 1 << (bit % 8)
      var decoder = MessageDecoder(decryptor: message.decryptor())
      let error = refusal(flipped, &decoder)
      // Without the flag of the tag the tag is text: octets behind the message. All else never comes out.
      let isFlagOfTag = bit == 11 * 8 + 4
      #expect(error?.stage == (isFlagOfTag ? .axdr : .security), "bit \(bit % 8) of octet \(bit / 8): \(error as Any)")
    }
  }

  @Test("only whole containers are taken for ciphered messages")
  func wholeContainers() {
    func isCiphered(_ octets: [UInt8]) -> Bool { MessageDecoder.isCiphered(octets.span) }
    let message = CipheredMessage()
    #expect(isCiphered(message.apdu))
    #expect(isCiphered(message.information))
    #expect(!isCiphered(message.apdu.dropLast()))
    #expect(!isCiphered(CipheredMessage.exampleFrame))
    #expect(!isCiphered(CipheredMessage.examplePlainText))
    var other = message
    other.security = 0x31
    #expect(isCiphered(other.apdu))
    #expect(!isCiphered([]))
    #expect(!isCiphered([0xE6, 0xE7, 0x00]))
  }
}
