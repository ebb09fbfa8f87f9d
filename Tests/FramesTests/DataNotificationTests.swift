import Frames
import Metering
import TestSupport
import Testing

@Suite("COSEM date-time and Data-Notification")
struct DataNotificationTests {
  private func notification(_ text: String) throws(APDUError) -> DataNotification {
    let octets = octets(text)
    return try DataNotification(octets.span, in: 0..<octets.count)
  }

  private func error(_ text: String) -> APDUError? {
    do {
      _ = try notification(text)
      return nil
    } catch { return error }
  }

  /// The clock of twelve octets, as the date-time of an APDU.
  private func clock(of dateTime: String) -> MeterClock? {
    do { return try notification("0F 40 00 00 00 0C \(dateTime) 02 00").clock } catch { return nil }
  }

  /// `protocol.md` 4.3.
  static let vectors: [(octets: String, wall: String, deviation: Int?, status: UInt8?)] = [
    ("07 EA 01 0F 04 0E 00 00 FF 00 00 00", "2026-01-15T14:00:00", 0, 0),
    ("07 EA 07 02 04 13 00 0A FF 80 00 00", "2026-07-02T19:00:10", nil, 0),
    ("07 EA 02 05 04 0D 00 19 FF 80 00 00", "2026-02-05T13:00:25", nil, 0),
    ("07 EA 03 01 00 0C 00 0A FF 80 00 FF", "2026-03-01T12:00:10", nil, nil),
    ("07 EA 06 0F 01 0F 08 0F FF FF C4 00", "2026-06-15T15:08:15", -60, 0),
    ("07 EA 06 0F 01 0F 08 0F 63 FF 88 80", "2026-06-15T15:08:15", -120, 0x80),
  ]

  @Test("a date-time reads as its sender means it", arguments: vectors.indices)
  func vector(index: Int) {
    let vector = Self.vectors[index]
    #expect(
      clock(of: vector.octets)
        == CivilTime(iso8601: vector.wall).map {
          MeterClock(wall: $0, deviation: vector.deviation, status: vector.status)
        })
  }

  @Test("the day of the week and the hundredths are not looked at", arguments: ["00", "07", "09", "FF"])
  func ignored(octet: String) {
    #expect(clock(of: "07 EA 03 01 \(octet) 0C 00 0A \(octet) 80 00 FF")?.wall.iso8601 == "2026-03-01T12:00:10")
  }

  @Test(
    "a date-time with an unspecified or impossible field is no clock",
    arguments: [
      "FF FF 07 02 04 13 00 0A", "00 00 07 02 04 13 00 0A", "27 10 07 02 04 13 00 0A", "07 EA FF 02 04 13 00 0A",
      "07 EA 00 02 04 13 00 0A", "07 EA 0D 02 04 13 00 0A", "07 EA FD 02 04 13 00 0A", "07 EA FE 02 04 13 00 0A",
      "07 EA 07 FF 04 13 00 0A", "07 EA 07 FE 04 13 00 0A", "07 EA 07 FD 04 13 00 0A", "07 EA 07 00 04 13 00 0A",
      "07 EA 07 20 04 13 00 0A", "07 EA 02 1D 04 13 00 0A", "07 EA 04 1F 04 13 00 0A", "07 EA 07 02 04 FF 00 0A",
      "07 EA 07 02 04 18 00 0A", "07 EA 07 02 04 13 FF 0A", "07 EA 07 02 04 13 3C 0A", "07 EA 07 02 04 13 00 FF",
      "07 EA 07 02 04 13 00 3C",
    ])
  func noClock(octets: String) {
    #expect(clock(of: "\(octets) FF 80 00 00") == nil)
  }

  @Test("a leap day is a date in a leap year")
  func leapDay() {
    #expect(clock(of: "07 E8 02 1D 04 13 00 0A FF 80 00 00")?.wall.iso8601 == "2024-02-29T19:00:10")
  }

  static let dateTime = "07 EA 07 02 04 12 3B 3A FF 80 00 00"

  @Test("the date-time of an APDU has four forms", arguments: ["0C", "09 0C", "19"])
  func forms(prefix: String) throws {
    let notification = try notification("E6 E7 00 0F 40 00 00 00 \(prefix) \(Self.dateTime) 02 01 00")
    #expect(notification.clock?.wall.iso8601 == "2026-07-02T18:59:58")
    #expect(notification.body.count == 3)
    #expect(notification.clockOffset == 8 + octets(prefix).count)
    let absent = try self.notification("E6 E7 00 0F 40 00 00 00 00 02 01 00")
    #expect(absent.clock == nil && absent.clockOffset == nil)
    #expect(absent.body == 9..<12)
  }

  @Test("another form of a date-time is refused", arguments: ["09 0B", "09 09", "0D", "01", "FF", "0B", "1A"])
  func otherForms(prefix: String) {
    let error = error("0F 40 00 00 00 \(prefix) \(Self.dateTime) 02 01 00")
    #expect(error?.kind == .dateTime(octets(prefix)[0]))
    #expect(error?.offset == 5)
  }

  @Test("an unspecified date-time leaves the message readable, without a clock")
  func unspecified() throws {
    let nothing = [String](repeating: "FF", count: 12).joined(separator: " ")
    let notification = try notification("0F 40 00 00 00 0C \(nothing) 02 01 00")
    #expect(notification.clock == nil)
    #expect(notification.body == 18..<21)
  }

  @Test("every prefix of a message before its body is truncated", arguments: ["00", "0C", "09 0C", "19"])
  func prefixes(form: String) {
    let whole = octets("E6 E7 00 0F 40 00 00 00 \(form) \(form == "00" ? "" : Self.dateTime) 02 01 00")
    for length in 1...(whole.count - 3) {
      let prefix = Array(whole.prefix(length))
      do {
        _ = try DataNotification(prefix.span, in: 0..<length)
        Issue.record("\(length) octets were a message")
      } catch {
        // A lone 09 cannot yet say that 0C follows.
        if case .dateTime(0x09) = error.kind, form == "09 0C", length == 9 { continue }
        #expect(error.kind == .truncated, "\(length) octets")
      }
    }
    #expect(error("")?.kind == .empty)
  }

  @Test("what is no push of a list is refused by name")
  func others() {
    #expect(error("E6 E6 00 0F 40 00 00 00 00 02 00")?.kind == .otherLLC(0xE6))
    #expect(error("E6 E7 01 0F 40 00 00 00 00 02 00")?.offset == 1)
    #expect(error("E6 E7 00 DB 08 4B 41 4D")?.kind == .otherTag(0xDB))
    #expect(error("DB 08 4B 41 4D")?.offset == 0)
    #expect(error("E0 40 00 01")?.kind == .otherTag(0xE0))
    #expect(error("C4 01 00")?.kind == .otherTag(0xC4))
    #expect(error("0F 40 00 00 00 00 06 00 00 00 01")?.kind == .body(0x06))
    #expect(error("0F 40 00 00 00 00 00")?.kind == .body(0x00))
  }

  @Test("an OBIS code is written as people write it")
  func obis() {
    #expect(OBISCode(1, 0, 1, 7, 0).description == "1-0:1.7.0")
    #expect(OBISCode(0, 1, 96, 1, 1, 7).description == "0-1:96.1.1.7")
    #expect(OBISCode(255, 254, 253, 252, 251, 250).group(5) == 250)
    #expect(OBISCode(1, 0, 72, 7, 0).measured == OBISCode(1, 1, 72, 7, 0, 0).measured)
  }
}
