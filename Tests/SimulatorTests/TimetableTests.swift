import Metering
import Testing

@testable import Simulator

func instant(_ text: String) -> UTCTime { UTCTime(iso8601: text) ?? UTCTime(milliseconds: 0) }

private func messages(
  _ name: String, from: String, to: String, change: (inout MeterModel) -> Void = { _ in }
) throws -> [SimulatedMessage] {
  var model = try MeterModel.named(name)
  change(&model)
  return Array(SimulatedMeter(model: model, seed: 1, from: instant(from), to: instant(to)))
}

@Suite("Meters send when their makers say")
struct TimetableTests {
  @Test(
    "Messages of an hour",
    arguments: [
      ("aidon-tn", [1080, 359, 1]), ("lg-tn", [1080, 359, 1]), ("kaifa-tn", [1440, 359, 1]),
      ("kamstrup-tn", [0, 360, 1]),
    ] as [(String, [Int])])
  func counts(name: String, expected: [Int]) throws {
    let hour = try messages(name, from: "2026-01-15T12:00:00Z", to: "2026-01-15T13:00:00Z")
    #expect(PushList.allCases.map { list in hour.count { $0.list == list } } == expected)
  }

  @Test(
    "The first half minute of an hour",
    arguments: [
      ("aidon-tn", ["0 2", "2.5 1", "5 1", "7.5 1", "10 3", "12.5 1"]),
      ("kaifa-tn", ["0 2", "2 1", "4 1", "6 1", "8 1", "10 3", "12 1"]),
      ("kamstrup-tn", ["0 2", "5 3", "10 2"]),
    ] as [(String, [String])])
  func order(name: String, expected: [String]) throws {
    let start = instant("2026-01-15T12:00:00Z")
    let found = try messages(name, from: "2026-01-15T12:00:00Z", to: "2026-01-15T12:00:14Z").map { message in
      let second = shortestDecimalText((message.sent - start).milliseconds, decimals: 3)
      return "\(second) \(message.list.rawValue.last ?? "?")"
    }
    #expect(found == expected)
  }

  @Test("A Kamstrup can send its hourly list at another second", arguments: [5, 25, 35, 55] as [Int64])
  func hourlySecond(second: Int64) throws {
    let hourly = try messages("kamstrup-tn", from: "2026-01-15T12:00:00Z", to: "2026-01-15T14:00:00Z") { model in
      model.timetable.hourlyList = .seconds(second)
    }.filter { $0.list == .list3 }
    #expect(
      hourly.map(\.sent.iso8601) == [
        "2026-01-15T12:00:\(padded(Int(second), to: 2))Z", "2026-01-15T13:00:\(padded(Int(second), to: 2))Z",
      ])
    #expect(hourly.map { $0.clock?.wall.second } == [Int(second), Int(second)])
  }

  @Test("A message arrives after its time on the line and before the next one", arguments: MeterModel.all.map(\.name))
  func arrival(name: String) throws {
    let all = try messages(name, from: "2026-01-15T12:59:00Z", to: "2026-01-15T13:01:00Z")
    for (message, next) in zip(all, all.dropFirst()) {
      #expect(message.received > message.sent)
      #expect(message.received < next.sent)
    }
  }

  @Test("Durations at 2400 Bd")
  func durations() throws {
    #expect(try MeterModel.named("aidon-tn").lineTime(of: 396).milliseconds == 1815)
    #expect(try MeterModel.named("kaifa-tn").lineTime(of: 41).milliseconds == 187)
    #expect(try MeterModel.named("kamstrup-tn").lineTime(of: 228).milliseconds == 950)
  }

  @Test(
    "Wall readings around both changes of summer time",
    arguments: [
      ("2026-03-28T23:00:00Z", "2026-03-29T00:00:00", "2026-03-29T00:00:00"),
      ("2026-03-29T00:00:00Z", "2026-03-29T01:00:00", "2026-03-29T01:00:00"),
      ("2026-03-29T01:00:00Z", "2026-03-29T03:00:00", "2026-03-29T02:00:00"),
      ("2026-03-29T22:00:00Z", "2026-03-30T00:00:00", "2026-03-29T23:00:00"),
      ("2026-10-24T22:00:00Z", "2026-10-25T00:00:00", "2026-10-24T23:00:00"),
      ("2026-10-25T00:00:00Z", "2026-10-25T02:00:00", "2026-10-25T01:00:00"),
      ("2026-10-25T01:00:00Z", "2026-10-25T02:00:00", "2026-10-25T02:00:00"),
      ("2026-10-25T02:00:00Z", "2026-10-25T03:00:00", "2026-10-25T03:00:00"),
      ("2026-10-25T23:00:00Z", "2026-10-26T00:00:00", "2026-10-26T00:00:00"),
    ])
  func summerTime(time: String, civil: String, normal: String) throws {
    let end = (instant(time) + .minutes(1)).iso8601
    func wall(_ name: String) throws -> CivilTime? {
      try messages(name, from: time, to: end).first { $0.list == .list3 }?.clock?.wall
    }
    let aidon = try wall("aidon-tn")
    let landisGyr = try wall("lg-tn")
    var kaifa = try wall("kaifa-tn")
    var kamstrup = try wall("kamstrup-tn")
    #expect(kaifa?.second == 10)
    #expect(kamstrup?.second == 5)
    kaifa?.second = 0
    kamstrup?.second = 0
    #expect(kaifa?.iso8601 == civil)
    #expect([aidon?.iso8601, landisGyr?.iso8601, kamstrup?.iso8601] == [normal, normal, normal])
  }

  @Test("The rule of summer time agrees with the zone table for each hour of ten years")
  func rule() throws {
    let zone = try #require(Zone(named: "Europe/Oslo"))
    var time = instant("2020-01-01T00:00:00Z")
    while time < instant("2030-01-01T00:00:00Z") {
      guard ClockBase.civilTime.reading(at: time) == zone.civilTime(at: time) else {
        Issue.record("\(time.iso8601)")
        return
      }
      time += .hour
    }
  }
}
