import ArgumentParser
import Foundation
import Frames
import Metering
import TestSupport
import Testing

@testable import Logger

/// `decode --report`: what a user sends in must help, and must not say whose meter it is.
@Suite("Masked report")
struct MaskedReportTests {
  private func report(_ octets: [UInt8]) throws -> String {
    try withScratchFolder { folder in
      let path = folder + "/octets"
      try Data(octets).write(to: URL(filePath: path))
      var report = MaskedReport()
      var text = MaskedReport.head
      try DecodeCommand.decode(path, manufacturer: .auto) { text += report.text($0) ?? "" }
      return text
    }
  }

  /// The values of the lists that `decode` reads in a text.
  private func values(of text: String) throws -> [[String: String]] {
    try withScratchFolder { folder in
      let path = folder + "/report"
      try Data(text.utf8).write(to: URL(filePath: path))
      var all: [[String: String]] = []
      try DecodeCommand.decode(path, manufacturer: .auto) { event in
        guard case .message(let message, _, _, _, _) = event else { return }
        all.append(
          Dictionary(
            uniqueKeysWithValues: message.list.values.map { pair in
              switch pair.value {
              case .text(let text), .number(let text): (pair.key, text)
              case .boolean(let flag): (pair.key, String(flag))
              }
            }))
      }
      return all
    }
  }

  private let kaifa = octets(
    """
    7E A0 79 01 02 01 10 80 93 E6 E7 00 0F 40 00 00 00 09 0C 07 EA 01 0F 04 0E 00 0A FF 80 00 00 02 0D
    09 07 4B 46 4D 5F 30 30 31 09 10 36 39 37 30 36 33 31 34 30 31 32 33 34 35 36 37 09 08 4D 41 33 30 34 48 33 45
    06 00 00 06 E9 06 00 00 00 00 06 00 00 00 00 06 00 00 01 92 06 00 00 11 1A 06 00 00 07 0C 06 00 00 06 2C
    06 00 00 09 27 06 00 00 00 00 06 00 00 09 37
    """)

  /// The same with checks that hold.
  private var frame: [UInt8] { hdlcFrame(Array(kaifa[9...])) }

  @Test func `a report is decoded again, with the same readings and without the meter's number`() throws {
    let before = try #require(try values(of: hex(frame)).first)
    #expect(before["meter_id"] == "6970631401234567")
    let text = try report(frame)
    #expect(!text.contains("01234567") && !text.contains("30 31 32 33 34 35 36 37"))
    let after = try #require(try values(of: text).first)
    #expect(after["meter_id"] == "6970000000000000")
    #expect(after.filter { $0.key != "meter_id" } == before.filter { $0.key != "meter_id" })
    #expect(text.contains("#   Kaifa list 2"))
  }

  @Test func `one message of each form is enough`() throws {
    let text = try report(frame + frame + frame)
    #expect(try values(of: text).count == 1)
  }

  @Test func `a telegram keeps its values and its clock, and gets a CRC that holds`() throws {
    let body =
      "/TST5\r\n\r\n0-0:1.0.0(260115140010W)\r\n0-0:96.1.0(7340157000000016)\r\n1-0:1.8.0(00012345.678*kWh)\r\n!"
    let check = String(CRC16.arc.checksum(Array(body.utf8).span), radix: 16, uppercase: true)
    let telegram = body + String(repeating: "0", count: 4 - check.count) + check + "\r\n"
    let text = try report(Array(telegram.utf8))
    let after = try #require(try values(of: text).first)
    #expect(after["active_energy_import_wh"] == "12345678")
    #expect(after["meter_time"] == "2026-01-15T14:00:10")
    #expect(after["meter_id"] == "7340000000000000")
    #expect(!text.contains("7340157"))
  }

  @Test func `a ciphered message that cannot be read goes in without the number in its system title`() throws {
    let text = try report(CipheredMessage.exampleFrame)
    #expect(text.contains("# Refused at 0 (security): frames are encrypted; a key is needed"))
    #expect(!text.contains(hexWords(Array(CipheredMessage().apdu[2..<10]))))
    #expect(text.contains("DB 08 " + hexWords(Array(CipheredMessage().apdu[2..<5])) + " 00 00 00 00 00"))
  }

  @Test func `a list that no layout knows goes in as it is but for its digits`() throws {
    let unknown = hdlcFrame(
      octets("E6 E7 00 0F 40 00 00 00 00 02 03 0A 08 31 32 33 34 35 36 37 38 06 00 00 00 01 11 05"))
    let text = try report(unknown)
    #expect(text.contains("# Refused at 0 (list)"))
    #expect(text.contains("31 32 33 34 30 30 30 30") && !text.contains("35 36 37 38"))
  }

  @Test func `a report and JSON at once is wrong usage`() {
    #expect(throws: (any Error).self) { try LoggerCommand.parseAsRoot(["decode", "--json", "--report", "-"]) }
  }

  private func hexWords(_ octets: [UInt8]) -> String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: " ")
  }
}
