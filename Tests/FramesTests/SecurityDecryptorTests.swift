import Frames
import TestSupport
import Testing

@Suite("Decryptor")
struct SecurityDecryptorTests {
  @Test("what a meter ciphered comes out", arguments: [0x00, 0x10, 0x20, 0x30, 0x70] as [UInt8], [true, false])
  func roundTrip(security: UInt8, authenticates: Bool) throws {
    var message = CipheredMessage()
    message.security = security
    var decryptor = message.decryptor(authenticates: authenticates)
    let apdu = message.apdu
    let protection = try decryptor.decrypt(apdu.span, in: 0..<apdu.count)
    #expect(decryptor.plainText == message.plainText)
    #expect(protection.isEncrypted == (security & 0x20 != 0))
    #expect(protection.isAuthenticated == (authenticates && security & 0x10 != 0))
  }

  @Test("one key for all, or one for each meter")
  func keyRing() throws {
    let first = CipheredMessage()
    var second = CipheredMessage()
    second.systemTitle[7] = 0x68
    second.encryptionKey[0] = 0xFF
    let titles = [first, second].map { SystemTitle($0.systemTitle.reduce(0) { $0 << 8 | UInt64($1) }) }
    var decryptor = APDUDecryptor(
      keys: KeyRing(meters: [titles[0]: try #require(first.keys()), titles[1]: try #require(second.keys())]),
      cipher: ReferenceCipher())
    #expect(try decryptor.plainText(of: first.apdu) == first.plainText)
    #expect(try decryptor.plainText(of: second.apdu) == second.plainText)
    decryptor.change(keys: KeyRing(common: first.keys(), meters: [titles[1]: try #require(second.keys())]))
    #expect(try decryptor.plainText(of: first.apdu) == first.plainText)
    #expect(try decryptor.plainText(of: second.apdu) == second.plainText)
    decryptor.change(keys: KeyRing(meters: [titles[0]: try #require(first.keys())]))
    #expect(decryptor.refusal(of: second.apdu) == .keyNeededFor(titles[1]))
    #expect(decryptor.counts.keyNeeded == 1)
  }

  @Test("without a key the message asks for one")
  func noKey() {
    var decryptor = APDUDecryptor()
    let apdu = CipheredMessage().apdu
    let error = #expect(throws: SecurityError.self) { try decryptor.plainText(of: apdu) }
    #expect(error?.description == "frames are encrypted; a key is needed")
    #expect(decryptor.plainText.isEmpty)
    #expect(decryptor.counts.keyNeeded == 1)
  }

  @Test("a wrong key gives nothing, whichever it is")
  func wrongKey() {
    let apdu = CipheredMessage().apdu
    for place in 0..<16 {
      var wrong = CipheredMessage()
      wrong.encryptionKey[place] ^= 1
      var decryptor = wrong.decryptor()
      #expect(decryptor.refusal(of: apdu) == .authentication)
      wrong = CipheredMessage()
      wrong.authenticationKey[place] ^= 0x80
      decryptor = wrong.decryptor()
      #expect(decryptor.refusal(of: apdu) == .authentication)
      #expect(decryptor.plainText.isEmpty)
      #expect(decryptor.counts.wrong == 1)
    }
  }

  @Test("a wrong encryption key is told by what comes out, where there is nothing else")
  func wrongKeyUnauthenticated() throws {
    var wrong = CipheredMessage()
    wrong.encryptionKey[3] ^= 0x10
    var decryptor = wrong.decryptor(authenticates: false)
    let apdu = CipheredMessage().apdu
    let error = #expect(throws: SecurityError.self) { try decryptor.plainText(of: apdu) }
    guard case .otherTag = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.hasSuffix(": the encryption key is wrong") == true)
    #expect(decryptor.plainText.isEmpty)
  }

  @Test("what is no Data-Notification is refused, authenticated or not; a block of one is not")
  func otherAPDU() {
    var message = CipheredMessage()
    message.plainText = octets("C0 01 00 00 08 00 00 01 00 00 FF 02 00")
    var decryptor = message.decryptor()
    let error = #expect(throws: SecurityError.self) { try decryptor.plainText(of: message.apdu) }
    #expect(error?.description == "decrypted message begins with 0xC0, expected 0x0F (Data-Notification)")
    message.plainText = []
    #expect(
      #expect(throws: SecurityError.self) { try decryptor.plainText(of: message.apdu) }?.description
        == "decrypted message is empty, expected 0x0F (Data-Notification)")
    message.plainText = octets("E0 C0 00 02 00 00 02 0F 40")
    #expect(decryptor.refusal(of: message.apdu) == nil)
    #expect(decryptor.plainText == message.plainText)
  }
}

@Suite("Replay protection")
struct SecurityReplayTests {
  @Test(
    "a counter that is not greater than the last is a repeat", arguments: [true, false], [0x10, 0x20, 0x30] as [UInt8])
  func counters(authenticates: Bool, security: UInt8) throws {
    var message = CipheredMessage()
    message.security = security
    var decryptor = message.decryptor(authenticates: authenticates)
    let counters: [(counter: UInt32, isNew: Bool)] = [
      (100, true), (100, false), (99, false), (0, false), (101, true), (5000, true), (4999, false), (.max, true),
      (.max, false), (1, false),
    ]
    var last: UInt32 = 0
    for (counter, isNew) in counters {
      message.counter = counter
      #expect(decryptor.refusal(of: message.apdu) == (isNew ? nil : .repeated(counter, last: last)))
      if isNew { last = counter }
    }
    #expect(decryptor.counts.accepted == 4)
    #expect(decryptor.counts.repeated == 6)
  }

  @Test("counter 0 is as good as any for the first message")
  func zero() {
    var message = CipheredMessage()
    message.counter = 0
    var decryptor = message.decryptor()
    #expect(decryptor.refusal(of: message.apdu) == nil)
    #expect(decryptor.refusal(of: message.apdu) == .repeated(0, last: 0))
  }

  @Test("a message that nobody could read leaves its counter unspent")
  func notAccepted() throws {
    var message = CipheredMessage()
    message.counter = .max
    var decryptor = message.decryptor(authenticates: false)
    let apdu = message.apdu
    _ = try decryptor.decrypt(apdu.span, in: 0..<apdu.count)
    message.counter = 7
    #expect(decryptor.refusal(of: message.apdu) == nil)
    #expect(decryptor.refusal(of: apdu) == nil)
  }

  @Test("an error leaves nothing to accept")
  func acceptAfterError() throws {
    var message = CipheredMessage()
    message.counter = 50
    var decryptor = message.decryptor()
    let apdu = message.apdu
    _ = try decryptor.decrypt(apdu.span, in: 0..<apdu.count)
    #expect(decryptor.refusal(of: Array(apdu.dropLast())) != nil)
    decryptor.accept()
    #expect(decryptor.counts.accepted == 0)
    #expect(decryptor.refusal(of: apdu) == nil)
  }

  @Test("another meter counts for itself")
  func meterSwap() {
    var old = CipheredMessage()
    old.counter = 90_000
    var new = CipheredMessage()
    new.systemTitle[7] = 0x99
    var decryptor = old.decryptor()
    #expect(decryptor.refusal(of: old.apdu) == nil)
    #expect(decryptor.refusal(of: new.apdu) == nil)
    #expect(decryptor.refusal(of: old.apdu) == .repeated(90_000, last: 90_000))
    #expect(decryptor.refusal(of: new.apdu) == .repeated(1, last: 1))
  }

  @Test("counters begin anew with another key")
  func keyChange() {
    var message = CipheredMessage()
    message.counter = 90_000
    var decryptor = message.decryptor()
    #expect(decryptor.refusal(of: message.apdu) == nil)
    message.counter = 3
    #expect(decryptor.refusal(of: message.apdu) == .repeated(3, last: 90_000))
    message.encryptionKey[0] ^= 0xFF
    #expect(decryptor.refusal(of: message.apdu) == .authentication)
    decryptor.change(keys: KeyRing(common: message.keys()))
    #expect(decryptor.refusal(of: message.apdu) == nil)
    #expect(decryptor.refusal(of: message.apdu) == .repeated(3, last: 3))
  }

  @Test("a meter that authenticated once is not taken without")
  func downgrade() {
    var message = CipheredMessage()
    var decryptor = message.decryptor()
    #expect(decryptor.refusal(of: message.apdu) == nil)
    message.counter = 2
    message.security = 0x20
    #expect(decryptor.refusal(of: message.apdu) == .notAuthenticated)
    message.security = 0x30
    #expect(decryptor.refusal(of: message.apdu) == nil)
  }

  @Test("sixteen meters are remembered, and the one heard longest ago makes room")
  func bounded() {
    var message = CipheredMessage()
    message.counter = 5
    var decryptor = message.decryptor()
    func hear(_ meter: UInt8) -> SecurityError.Kind? {
      message.systemTitle[7] = meter
      return decryptor.refusal(of: message.apdu)
    }
    for meter in 0..<16 as Range<UInt8> { #expect(hear(meter) == nil) }
    for meter in 0..<16 as Range<UInt8> { #expect(hear(meter) == .repeated(5, last: 5)) }
    #expect(hear(16) == nil)
    #expect(hear(1) == .repeated(5, last: 5))
    #expect(hear(0) == nil)
  }
}
