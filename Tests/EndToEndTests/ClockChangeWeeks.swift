import Foundation
import Metering
import TestSupport
import Testing

/// A simulated week of each maker over each clock change: capture, log, report, and the truth beside it.
///
/// With `AMS_BIN` (release programs) whole weeks are run; without it the day of the change alone, so that a debug build stays
/// quick.
@Suite("Weeks over the clock changes", .serialized)
struct ClockChangeWeeks {
  struct Week: CustomTestStringConvertible {
    let meter: String
    let firstDay: String
    /// The local day with the clock change, and how many hours it has.
    let change: String
    let hours: Int
    let solar: Bool
    var testDescription: String { "\(meter) from \(firstDay)" }
  }

  static let days = Programs.given == nil ? 1 : 7

  static let weeks: [Week] = ["aidon-tn", "kaifa-it", "kamstrup-1p-nulls", "lg-it"].flatMap { meter in
    let spring = days == 7 ? "2026-03-25" : "2026-03-29"
    let autumn = days == 7 ? "2026-10-22" : "2026-10-25"
    return [
      Week(meter: meter, firstDay: spring, change: "2026-03-29", hours: 23, solar: true),
      Week(meter: meter, firstDay: autumn, change: "2026-10-25", hours: 25, solar: false),
    ]
  }

  @Test("every hour is the truth within a register step, every day the sum of its hours", arguments: weeks)
  func week(_ week: Week) throws {
    try withScratchFolder { folder in
      let house = folder + "/house"
      let database = folder + "/ams.sqlite"
      var arguments = ["capture", "--meter", week.meter, "--from", week.firstDay, "--days", String(Self.days)]
      if week.solar { arguments.append("--solar") }
      #expect(try Programs.run("ams-simulator", arguments + ["--reads", "cut", "--output", house]).status == 0)
      let replay = try Programs.run("ams-logger", ["replay", house + ".capture", "--database", database])
      #expect(replay.status == 0, "\(replay.messages)")
      #expect(replay.output.contains(" 0 rejected, 0 octets of noise"))

      let truth = try Self.truth(house + ".hours.jsonl")
      let hourly = try Programs.run("ams-report", ["hourly", "--database", database, "--format", "csv"])
      #expect(hourly.status == 0, "\(hourly.messages)")
      let hours = try Programs.rows(hourly.output)
      #expect(hours.count == truth.count)
      for (row, hour) in zip(hours, truth) { check(row, hour, week) }

      let daily = try Programs.run("ams-report", ["daily", "--database", database, "--format", "csv"])
      #expect(daily.status == 0)
      let days = try Programs.rows(daily.output)
      #expect(days.count == Self.days)
      for day in days {
        let date = try #require(day["start_local"]?.prefix(10))
        let inside = hours.filter { $0["start_local"]?.hasPrefix(date) == true }
        #expect(inside.count == (date == week.change ? week.hours : 24), "\(date)")
        #expect(day["hours_expected"] == String(inside.count))
        for column in ["import_kwh", "export_kwh"] {
          let sum = inside.reduce(0) { $0 + (Self.wattHours($1[column]) ?? 0) }
          #expect(Self.wattHours(day[column]) == sum, "\(date) \(column)")
        }
      }
      let again = try Programs.run("ams-logger", ["replay", house + ".capture", "--database", database])
      #expect(again.output.contains("new: 0 samples, 0 register readings"), "\(again.output)")
    }
  }

  private func check(_ row: [String: String], _ hour: TrueHour, _ week: Week) {
    #expect(row["start_utc"] == hour.start)
    #expect(row["quality"] == "measured")
    // A register read 10 s late moves at most what the largest power of the neighbouring hours makes in 10 s.
    let latch = week.meter.hasPrefix("kaifa") ? Int64(20_000) * 10 / 3600 : 0
    for (column, truth) in [("import_kwh", hour.importMillijoules), ("export_kwh", hour.exportMillijoules)] {
      guard let reported = Self.wattHours(row[column]) else {
        Issue.record("\(week) \(hour.start): \(column) is empty")
        continue
      }
      let error = (reported * 3_600_000 - truth).magnitude
      let allowed = (hour.registerStep + latch) * 3_600_000
      #expect(error <= UInt64(allowed), "\(week) \(hour.start): \(column) \(reported) Wh, true \(truth) mJ")
    }
  }

  private struct TrueHour: Decodable {
    let start: String
    let importMillijoules: Int64
    let exportMillijoules: Int64
    let registerStep: Int64

    private enum CodingKeys: String, CodingKey {
      case start = "hour"
      case importMillijoules = "import_millijoules"
      case exportMillijoules = "export_millijoules"
      case registerStep = "register_step_wh"
    }
  }

  private static func truth(_ path: String) throws -> [TrueHour] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(TrueHour.self, from: Data($0.utf8))
    }
  }

  private static func wattHours(_ text: String?) -> Int64? {
    text.flatMap { $0.isEmpty ? nil : decimal($0, decimals: 3) }
  }
}
