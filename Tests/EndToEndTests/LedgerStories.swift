import Foundation
import Metering
import Simulator
import TestSupport
import Testing

/// Stories of users, frame by frame through the programs: what a household has in its log and its report afterwards.
@Suite("Stories through the programs")
struct LedgerStories {
  /// Frames and when they came, as a capture.
  private struct Capture {
    var lines: [(arrival: UTCTime, octets: [UInt8])] = []

    mutating func list3(
      _ model: MeterModel, at time: String, clock: String, import energy: Int64, power: Int64 = 900
    ) throws {
      let wall = try #require(CivilTime(iso8601: clock))
      let readings: Readings = [
        .activePowerImport: power, .voltageL1: 230_000, .activeEnergyImport: energy, .activeEnergyExport: 0,
      ]
      lines.append((try utc(time), model.frame(.list3, readings: readings, clock: MeterClock(wall: wall, status: 0))))
    }

    /// A list 2 every 10 s.
    mutating func power(_ model: MeterModel, from start: String, to end: String, _ power: (UTCTime) -> Int64) throws {
      var time = try utc(start)
      while time < (try utc(end)) {
        let readings: Readings = [.activePowerImport: power(time), .voltageL1: 230_000]
        let wall = CivilTime(secondsSince1970: time.seconds + 3600)
        lines.append((time, model.frame(.list2, readings: readings, clock: MeterClock(wall: wall, status: 0))))
        time += .seconds(10)
      }
    }

    func write(to path: String) throws {
      let hex = Array("0123456789ABCDEF")
      let text = lines.sorted { $0.arrival < $1.arrival }.map { line in
        "\(line.arrival.iso8601WithMilliseconds) "
          + String(line.octets.flatMap { [hex[Int($0 >> 4)], hex[Int($0 & 15)]] }) + "\n"
      }
      try text.joined().write(toFile: path, atomically: true, encoding: .utf8)
    }
  }

  /// Logs a capture and gives the rows of `ams-report hourly`.
  private func rows(
    _ capture: Capture, _ arguments: [String] = [], _ body: (String) throws -> Void = { _ in }
  ) throws -> [[String: String]] {
    try withScratchFolder { folder in
      let database = folder + "/ams.sqlite"
      try capture.write(to: folder + "/story.capture")
      let replay = try Programs.run("ams-logger", ["replay", folder + "/story.capture", "--database", database])
      #expect(replay.status == 0, "\(replay.messages)")
      try body(database)
      let report = try Programs.run("ams-report", ["hourly", "--database", database, "--format", "csv"] + arguments)
      return try Programs.rows(report.output)
    }
  }

  private func told(_ rows: [[String: String]], _ columns: String...) -> [String] {
    rows.map { row in columns.map { row[$0] ?? "?" }.joined(separator: " ") }
  }

  /// An Aidon that sends an hour's list again in the place of the next.
  private func aidonStory() throws -> (capture: Capture, aidon: MeterModel) {
    let aidon = try MeterModel.named("aidon-tn")
    var capture = Capture()
    try capture.list3(aidon, at: "2025-12-14T15:00:11Z", clock: "2025-12-14T16:00:00", import: 109_552_250, power: 4027)
    try capture.list3(aidon, at: "2025-12-14T16:00:11Z", clock: "2025-12-14T17:00:00", import: 109_554_020, power: 319)
    try capture.list3(
      aidon, at: "2025-12-14T17:00:11Z", clock: "2025-12-14T17:00:00", import: 109_554_020, power: 12_633)
    try capture.list3(aidon, at: "2025-12-14T18:00:11Z", clock: "2025-12-14T19:00:00", import: 109_562_070, power: 763)
    return (capture, aidon)
  }

  @Test("an Aidon list sent again makes no hour of 0 and no doubled peak")
  func aidonRepeat() throws {
    let rows = try rows(try aidonStory().capture)
    #expect(
      told(rows, "start_local", "import_kwh", "quality", "max_w") == [
        "2025-12-14T16:00:00+01:00 1.770 measured 4027", "2025-12-14T17:00:00+01:00 4.025 even 319",
        "2025-12-14T18:00:00+01:00 4.025 even 12633",
      ])
  }

  @Test("with samples the two hours are split as the power was")
  func aidonRepeatWithSamples() throws {
    var (capture, aidon) = try aidonStory()
    try capture.power(aidon, from: "2025-12-14T15:59:55Z", to: "2025-12-14T18:00:10Z") {
      $0.iso8601 < "2025-12-14T17:00:00Z" ? 6000 : 2050
    }
    let rows = try rows(capture)
    #expect(told(rows, "import_kwh", "quality") == ["1.770 measured", "5.983 split", "2.067 split"])
  }

  @Test("a correction is in every report at once, and can be taken back")
  func correction() throws {
    func hour(_ database: String, _ arguments: [String]) throws -> String {
      let outcome = try Programs.run(
        "ams-report", ["correct", "--database", database, "--hour", "2025-12-14T16:00Z"] + arguments)
      #expect(outcome.status == 0, "\(outcome.messages)")
      let report = try Programs.run("ams-report", ["hourly", "--database", database, "--format", "csv"])
      return told(try Programs.rows(report.output), "import_kwh", "quality")[1]
    }
    _ = try rows(try aidonStory().capture) { database in
      #expect(try hour(database, ["--kwh", "1.234", "--reason", "from Elhub"]) == "1.234 manual")
      #expect(try hour(database, ["--kwh", "1,5", "--reason", "Elhub was corrected"]) == "1.500 manual")
      #expect(try hour(database, ["--kwh", "9", "--export", "--reason", "other way"]) == "1.500 manual")
      #expect(try hour(database, ["--undo", "--export", "--reason", "not that"]) == "1.500 manual")
      #expect(try hour(database, ["--undo", "--reason", "Elhub was wrong"]) == "4.025 even")
      let list = try Programs.run("ams-report", ["corrections", "--database", database]).output
      #expect(list.split(separator: "\n").count == 5)
      #expect(list.contains("import 1.234 kWh (no longer holds), made "))
      let refused = try Programs.run(
        "ams-report", ["correct", "--database", database, "--hour", "2025-12-14T16:30Z", "--kwh", "1", "--reason", "x"])
      #expect(refused.status == 64)
    }
  }

  @Test("two meters at one input, one after the other and back, are never mixed")
  func swap() throws {
    let kamstrup = try MeterModel.named("kamstrup-tn")
    let aidon = try MeterModel.named("aidon-tn")
    var capture = Capture()
    try capture.list3(kamstrup, at: "2026-01-15T12:00:07Z", clock: "2026-01-15T13:00:05", import: 5_000_000)
    try capture.list3(kamstrup, at: "2026-01-15T13:00:07Z", clock: "2026-01-15T14:00:05", import: 5_002_000)
    try capture.power(kamstrup, from: "2026-01-15T13:00:10Z", to: "2026-01-15T13:25:00Z") { _ in 2000 }
    // The electrician needs five minutes; the new meter has a register that is higher.
    try capture.power(aidon, from: "2026-01-15T13:30:00Z", to: "2026-01-15T14:00:00Z") { _ in 1000 }
    for (hour, energy) in [(14, 9_000_000), (15, 9_001_500), (16, 9_003_000)] as [(Int, Int64)] {
      try capture.list3(
        aidon, at: "2026-01-15T\(hour):00:11Z", clock: "2026-01-15T\(hour + 1):00:00", import: energy)
    }
    // It was the wrong one: the old one comes back.
    try capture.list3(kamstrup, at: "2026-01-15T17:00:07Z", clock: "2026-01-15T18:00:05", import: 5_003_100)
    try capture.list3(kamstrup, at: "2026-01-15T18:00:07Z", clock: "2026-01-15T19:00:05", import: 5_004_100)
    let rows = try rows(capture)
    let byMeter = Dictionary(grouping: rows) { $0["meter"] ?? "" }
    #expect(byMeter.count == 2)
    let old = try #require(byMeter[kamstrup.identity.id] as [[String: String]]?)
    let new = try #require(byMeter[aidon.identity.id] as [[String: String]]?)
    #expect(
      told(new, "start_utc", "import_kwh", "quality") == [
        "2026-01-15T13:00:00Z 0.500 partial", "2026-01-15T14:00:00Z 1.500 measured",
        "2026-01-15T15:00:00Z 1.500 measured",
        "2026-01-15T16:00:00Z  missing",
      ])
    #expect(told(old, "start_utc", "quality").first == "2026-01-15T12:00:00Z measured")
    #expect(told(old, "start_utc", "quality").contains("2026-01-15T13:00:00Z partial"))
    #expect(told(old, "start_utc", "import_kwh", "quality").last == "2026-01-15T17:00:00Z 1.000 measured")
    let energies = told(old, "import_kwh").compactMap { decimal($0, decimals: 3) }
    #expect(energies.reduce(0, +) == 4100)
  }
}

private func utc(_ text: String) throws -> UTCTime { try #require(UTCTime(iso8601: text)) }
