import ArgumentParser
import Foundation
import Frames
import Metering
import TestSupport
import Testing

@testable import Logger

/// Captures of encrypted meters, with a key file and without.
@Suite struct `Encrypted meters` {
  private static let withoutKey = "frames are encrypted; a key is needed"

  private func decoded(
    _ octets: [UInt8], decryptor: APDUDecryptor = APDUDecryptor()
  ) throws -> (listing: String, json: [String]) {
    try withScratchFolder { folder in
      let path = folder + "/input"
      try Data(octets).write(to: URL(filePath: path))
      var listings = ""
      var lines: [String] = []
      try DecodeCommand.decode(path, manufacturer: .auto, decryptor: decryptor) { event in
        listings += listing(event)
        if let line = jsonLine(event) { lines.append(line) }
      }
      return (listings, lines)
    }
  }

  @Test func `decode shows what was inside, with the places of the APDU inside`() throws {
    let (listing, json) = try decoded(CipheredMessage.exampleFrame, decryptor: CipheredMessage().decryptor())
    #expect(
      listing == """
        at 0: HDLC frame of 91 octets, destination 41, source 3, control 13
          decrypted, authenticated; places are those of the APDU inside
          Kamstrup, list2
             6               date-time              2026-02-05T13:00:30                  clock of the Data-Notification
            20               visible-string              Kamstrup_V0001                  list_version_id
            44  1-1:1.7.0    double-long-unsigned                  1234          1234 W  active_power_import_w

        """)
    #expect(
      json == [
        #"{"offset":0,"transport":"hdlc","list":"list2","encrypted":true,"checked":true,"values":{"#
          + #""list_version_id":"Kamstrup_V0001","meter_time":"2026-02-05T13:00:30","meter_time_status":0,"#
          + #""active_power_import_w":1234}}"#
      ])
  }

  @Test func `decode says that a key is needed, of frames and of messages without a frame`() throws {
    let message = CipheredMessage()
    for octets in [CipheredMessage.exampleFrame, message.apdu, message.information] {
      let (listing, json) = try decoded(octets)
      #expect(listing.hasPrefix("at 0: refused (security): \(Self.withoutKey)\n     0  "))
      #expect(json == [#"{"offset":0,"reject":"\#(Self.withoutKey)","stage":"security"}"#])
    }
  }

  @Test func `the tag vouches for a message without a frame; without its key nothing does`() throws {
    let message = CipheredMessage()
    for authenticates in [true, false] {
      let (listing, json) = try decoded(message.information, decryptor: message.decryptor(authenticates: authenticates))
      #expect(listing.contains(", unchecked\n") == !authenticates)
      #expect(json.count == 1)
      #expect(
        json.first?.contains(#""transport":"dlms","list":"list2","encrypted":true,"checked":\#(authenticates)"#) == true
      )
    }
  }

  /// What a pipeline makes of 20 encrypted messages, with the sentences that a person is told meanwhile.
  private func replayed(
    decryptor: APDUDecryptor
  ) throws -> (records: [Pipeline.Record], counts: Pipeline.Counts, told: [String]) {
    var pipeline = Pipeline(
      input: "port", zone: try #require(Zone(named: "Europe/Oslo")), decryptor: decryptor,
      lineTime: LineTime(baudrate: 2400, hasParityBit: false))
    var notice = SecurityNotice()
    var records: [Pipeline.Record] = []
    var told: [String] = []
    var message = CipheredMessage()
    for count in 1...20 as ClosedRange<UInt32> {
      message.counter = count
      let arrival = try utc("2026-02-05T12:00:30.000Z") + .seconds(Int64(count) * 10)
      pipeline.take(hdlcFrame(message.information).span, arrival: arrival) { records.append($0) }
      if let sentence = notice.news(pipeline.security) { told.append(sentence) }
    }
    pipeline.end { records.append($0) }
    return (records, pipeline.counts, told)
  }

  @Test func `without the key a person is told once, and every frame's octets are kept`() throws {
    let (records, counts, told) = try replayed(decryptor: APDUDecryptor())
    #expect(counts.rejects == [.security: 20])
    #expect(told.count == 1)
    #expect(told.first?.hasPrefix(Self.withoutKey) == true)
    let rejects = records.compactMap { if case .reject(let reject) = $0 { reject } else { nil } }
    #expect(rejects.map(\.reason) == Array(repeating: Self.withoutKey, count: 20))
    var last = CipheredMessage()
    last.counter = 20
    #expect(rejects.last?.octets == hdlcFrame(last.information).dropLast())
    #expect(records.count == 20)
  }

  @Test func `with the key there are readings, and nothing to tell`() throws {
    let (records, counts, told) = try replayed(decryptor: CipheredMessage().decryptor())
    #expect(counts.lists == [.list2: 20])
    #expect(counts.rejects.isEmpty)
    #expect(told.isEmpty)
    #expect(records.count { if case .sample = $0 { true } else { false } } == 20)
  }

  @Test(arguments: [true, false])
  func `with a wrong key a person is told once, and nothing of what came out is read`(authenticates: Bool) throws {
    var wrong = CipheredMessage()
    wrong.encryptionKey[0] = 0xFF
    let (_, counts, told) = try replayed(decryptor: wrong.decryptor(authenticates: authenticates))
    #expect(counts.messages == 0)
    #expect(counts.rejected == 20)
    #expect(told.count == 1)
    #expect(told.first?.contains("the key does not fit") == true)
  }

  @Test func `offsets go on behind a message that nobody could read`() throws {
    let text = [CipheredMessage().apdu, CipheredMessage.exampleFrame].map { hex($0) }.joined(separator: "\n") + "\n"
    let (_, json) = try decoded(Array(text.utf8))
    #expect(json.map { $0.prefix { $0 != "," } } == [#"{"offset":0"#, #"{"offset":\#(CipheredMessage().apdu.count)"#])
  }

  @Test(arguments: ["run --stdin", "replay a.capture", "decode a.capture"])
  func `each command that reads frames takes a key file, and no key`(words: String) throws {
    let arguments = words.split(separator: " ").map(String.init)
    _ = try LoggerCommand.parseAsRoot(arguments + ["--key-file", "ams.keys"])
    for option in ["--key", "--encryption-key", "--authentication-key"] {
      #expect(throws: (any Error).self) { try LoggerCommand.parseAsRoot(arguments + [option, "00"]) }
    }
  }
}
