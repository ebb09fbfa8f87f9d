import Metering
import Testing

@Suite("Time zone")
struct ZoneTests {
  let oslo: Zone

  init() throws { oslo = try #require(Zone(named: "Europe/Oslo")) }

  /// `protocol.md` 8.5: the 23-hour and the 25-hour day of each year.
  static let changes: [(spring: String, autumn: String)] = [
    ("2025-03-30", "2025-10-26"), ("2026-03-29", "2026-10-25"), ("2027-03-28", "2027-10-31"),
    ("2028-03-26", "2028-10-29"), ("2029-03-25", "2029-10-28"), ("2030-03-31", "2030-10-27"),
  ]

  private func time(_ text: String) throws -> UTCTime { try #require(UTCTime(iso8601: text)) }
  private func civil(_ text: String) throws -> CivilTime { try #require(CivilTime(iso8601: text)) }
  private func date(_ text: String) throws -> CivilDate { try #require(CivilDate(iso8601: text)) }

  @Test("Norway's clocks change at 01:00 UTC on the days of the table", arguments: changes.indices)
  func clockChange(index: Int) throws {
    let (spring, autumn) = Self.changes[index]
    for (day, before, after) in [(spring, 3600, 7200), (autumn, 7200, 3600)] {
      let change = try time("\(day)T01:00:00Z")
      #expect(oslo.offset(at: change - TimeSpan(milliseconds: 1)) == before)
      #expect(oslo.offset(at: change) == after)
      #expect(oslo.isDaylightSaving(at: change) == (after == 7200))
      #expect(oslo.standardOffset(at: change) == 3600)
      #expect(oslo.standardOffset(at: change - TimeSpan(milliseconds: 1)) == 3600)
    }
  }

  @Test("the days of the table have 23 and 25 hours, their neighbours 24", arguments: changes.indices)
  func dayLengths(index: Int) throws {
    let (spring, autumn) = Self.changes[index]
    for (day, hours) in [(spring, 23), (autumn, 25)] as [(String, Int64)] {
      let date = try date(day)
      for (offset, expected) in [(-1, 24), (0, hours), (1, 24)] as [(Int64, Int64)] {
        let start = oslo.start(of: date.adding(days: offset))
        #expect(oslo.start(of: date.adding(days: offset + 1)) - start == .hours(expected))
      }
    }
  }

  @Test("the hour that spring skips has no instant, the hour that autumn repeats has two", arguments: changes.indices)
  func instants(index: Int) throws {
    let (spring, autumn) = Self.changes[index]
    #expect(oslo.instants(of: try civil("\(spring)T01:59:59")) == [try time("\(spring)T00:59:59Z")])
    #expect(oslo.instants(of: try civil("\(spring)T02:00:00")).isEmpty)
    #expect(oslo.instants(of: try civil("\(spring)T02:59:59")).isEmpty)
    #expect(oslo.instants(of: try civil("\(spring)T03:00:00")) == [try time("\(spring)T01:00:00Z")])
    #expect(oslo.instants(of: try civil("\(autumn)T01:59:59")) == [try time("\(autumn)T00:59:59Z") - .hours(1)])
    #expect(
      oslo.instants(of: try civil("\(autumn)T02:30:00")) == [
        try time("\(autumn)T00:30:00Z"), try time("\(autumn)T01:30:00Z"),
      ])
    #expect(oslo.instants(of: try civil("\(autumn)T03:00:00")) == [try time("\(autumn)T02:00:00Z")])
  }

  @Test("every local day from 2015 to 2050 starts at its midnight and follows the day before", arguments: 2015...2050)
  func everyDay(year: Int) throws {
    var date = try #require(CivilDate(year: year, month: 1, day: 1))
    var hours: Int64 = 0
    var wrong = 0
    while date.year == year {
      let start = oslo.start(of: date)
      let length = oslo.start(of: date.adding(days: 1)) - start
      if oslo.civilTime(at: start) != CivilTime(date: date) || oslo.date(at: start - .seconds(1)) >= date { wrong += 1 }
      if ![.hours(23), .hours(24), .hours(25)].contains(length) { wrong += 1 }
      hours += length.milliseconds / 3_600_000
      date = date.adding(days: 1)
    }
    #expect(wrong == 0)
    #expect(hours == (year % 4 == 0 ? 8784 : 8760))
  }

  @Test("an instant and its wall reading lead back to one another, hour by hour through a year")
  func roundTrip() throws {
    var time = try time("2026-01-01T00:00:00Z")
    for _ in 0..<8760 {
      if !oslo.instants(of: oslo.civilTime(at: time)).contains(time) { Issue.record("\(oslo.iso8601(time))") }
      time += .hour
    }
  }

  @Test("the hour that is repeated is told apart by its offset")
  func text() throws {
    #expect(oslo.iso8601(try time("2026-10-25T00:30:00Z")) == "2026-10-25T02:30:00+02:00")
    #expect(oslo.iso8601(try time("2026-10-25T01:30:00Z")) == "2026-10-25T02:30:00+01:00")
    #expect(oslo.iso8601(try time("2026-01-15T13:00:11Z")) == "2026-01-15T14:00:11+01:00")
  }

  @Test("Stockholm keeps Oslo's time")
  func stockholm() throws {
    let stockholm = try #require(Zone(named: "Europe/Stockholm"))
    var time = try time("2015-01-01T00:30:00Z")
    while time < (try self.time("2035-01-01T00:00:00Z")) {
      if stockholm.offset(at: time) != oslo.offset(at: time) { Issue.record("\(time.iso8601)") }
      time += .hours(7)
    }
  }

  @Test(
    "where midnight is skipped, a day starts with its first instant; where it is repeated, with the first of the two")
  func oddMidnights() throws {
    let saoPaulo = try #require(Zone(named: "America/Sao_Paulo"))
    let skipped = saoPaulo.start(of: try date("2018-11-04"))
    #expect(saoPaulo.iso8601(skipped) == "2018-11-04T01:00:00-02:00")
    #expect(saoPaulo.start(of: try date("2018-11-05")) - skipped == .hours(23))
    let havana = try #require(Zone(named: "America/Havana"))
    let repeated = havana.start(of: try date("2026-11-01"))
    #expect(havana.iso8601(repeated) == "2026-11-01T00:00:00-04:00")
    #expect(havana.start(of: try date("2026-11-02")) - repeated == .hours(25))
  }

  @Test("UTC has no transitions, and its days 24 hours")
  func utc() throws {
    let time = try time("2026-07-02T17:00:10Z")
    #expect(Zone.utc.iso8601(time) == "2026-07-02T17:00:10+00:00")
    #expect(Zone.utc.instants(of: Zone.utc.civilTime(at: time)) == [time])
    #expect(Zone.utc.standardOffset(at: time) == 0)
  }

  @Test("a name that is no zone gives none", arguments: ["", "Europe/Bergen", "Norway/Oslo", "+01:00:99"])
  func unknown(name: String) {
    #expect(Zone(named: name) == nil)
  }

  @Test(
    "times outside the table have the nearest rule and never trap",
    arguments: ["0001-01-01T00:00:00Z", "1980-07-01T00:00:00Z", "2150-07-01T00:00:00Z", "9999-12-31T23:59:59Z"])
  func outside(text: String) throws {
    let time = try time(text)
    #expect([3600, 7200].contains(oslo.offset(at: time)))
    #expect(oslo.standardOffset(at: time) == 3600)
    #expect(oslo.instants(of: oslo.civilTime(at: time)).contains(time) || time.iso8601.hasPrefix("9999"))
  }
}
