import Metering
import Testing

@Suite("The meter's clock")
struct MeterClockTests {
  let oslo: Zone

  init() throws { oslo = try #require(Zone(named: "Europe/Oslo")) }

  private func clock(_ wall: String) throws -> MeterClock { MeterClock(wall: try #require(CivilTime(iso8601: wall))) }
  private func time(_ text: String) throws -> UTCTime { try #require(UTCTime(iso8601: text)) }

  /// `protocol.md` 4.3, each as it arrives.
  static let vectors: [(wall: String, deviation: Int?, instant: String)] = [
    ("2026-01-15T14:00:00", 0, "2026-01-15T13:00:00Z"),
    ("2026-07-02T19:00:10", nil, "2026-07-02T17:00:10Z"),
    ("2026-02-05T13:00:25", nil, "2026-02-05T12:00:25Z"),
    ("2026-03-01T12:00:10", nil, "2026-03-01T11:00:10Z"),
    ("2026-06-15T15:08:15", -60, "2026-06-15T14:08:15Z"),
    // 4.2, received 2024-09-21 20:00:10 CEST with 19:00, and 2024-10-01 19:00 CEST with 19:00.
    ("2024-09-21T19:00:00", 0, "2024-09-21T18:00:00Z"),
    ("2024-10-01T19:00:10", nil, "2024-10-01T17:00:10Z"),
  ]

  @Test("a clock means the instant near which it arrived, whatever its deviation says", arguments: vectors.indices)
  func instant(index: Int) throws {
    let vector = Self.vectors[index]
    let instant = try time(vector.instant)
    var clock = try clock(vector.wall)
    clock.deviation = vector.deviation
    for seconds in [0, 11, 13, 59, -30] as [Int64] {
      #expect(clock.instant(arrival: instant + .seconds(seconds), zone: oslo) == instant)
    }
  }

  /// `protocol.md` 4.4: what a clock of each kind shows at the hours of the nights of 2026.
  static let nights: [(utc: String, civil: String, normal: String)] = [
    ("2026-03-28T23:00:00Z", "2026-03-29T00:00:00", "2026-03-29T00:00:00"),
    ("2026-03-29T00:00:00Z", "2026-03-29T01:00:00", "2026-03-29T01:00:00"),
    ("2026-03-29T01:00:00Z", "2026-03-29T03:00:00", "2026-03-29T02:00:00"),
    ("2026-03-29T22:00:00Z", "2026-03-30T00:00:00", "2026-03-29T23:00:00"),
    ("2026-10-24T22:00:00Z", "2026-10-25T00:00:00", "2026-10-24T23:00:00"),
    ("2026-10-25T00:00:00Z", "2026-10-25T02:00:00", "2026-10-25T01:00:00"),
    ("2026-10-25T01:00:00Z", "2026-10-25T02:00:00", "2026-10-25T02:00:00"),
    ("2026-10-25T02:00:00Z", "2026-10-25T03:00:00", "2026-10-25T03:00:00"),
    ("2026-10-25T23:00:00Z", "2026-10-26T00:00:00", "2026-10-26T00:00:00"),
  ]

  @Test("on the change-over nights civil time and normal time both mean the right hour", arguments: nights.indices)
  func night(index: Int) throws {
    let night = Self.nights[index]
    let instant = try time(night.utc)
    #expect(oslo.civilTime(at: instant).iso8601 == night.civil)
    for wall in [night.civil, night.normal] {
      #expect(try clock(wall).instant(arrival: instant + .seconds(11), zone: oslo) == instant)
    }
  }

  @Test("every hour of both nights is right for both kinds of clock, from 10 min early to 10 min late")
  func throughTheNights() throws {
    for start in ["2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z"] {
      var instant = try time(start)
      for _ in 0..<30 {
        let civil = MeterClock(wall: oslo.civilTime(at: instant))
        let normal = MeterClock(wall: CivilTime(secondsSince1970: instant.seconds + 3600))
        for late in [-600, -1, 0, 1, 600] as [Int64] {
          for clock in [civil, normal] {
            if clock.instant(arrival: instant + .seconds(late), zone: oslo) != instant {
              Issue.record("\(clock.wall.iso8601) arriving \(late) s after \(instant.iso8601)")
            }
          }
        }
        instant += .hour
      }
    }
  }

  @Test(
    "a clock more than 10 min from the host's, a stale one and one that lost its time mean nothing",
    arguments: [
      "2026-01-15T14:10:01", "2026-01-15T13:49:59", "2026-01-15T12:00:00", "2026-01-14T14:00:00", "2026-01-15T16:00:00",
      "2025-01-15T14:00:00", "2000-01-01T00:00:00", "2014-12-31T23:59:59", "0001-01-01T00:00:00", "9999-12-31T23:59:59",
    ])
  func suspect(wall: String) throws {
    #expect(try clock(wall).instant(arrival: time("2026-01-15T13:00:00Z"), zone: oslo) == nil)
  }

  @Test("10 min are still believed, in both directions", arguments: ["2026-01-15T14:10:00", "2026-01-15T13:50:00"])
  func tolerance(wall: String) throws {
    #expect(try clock(wall).instant(arrival: time("2026-01-15T13:00:00Z"), zone: oslo) != nil)
  }

  @Test("a clock of the year 2000 is not believed even by a host that lost its time too")
  func bothLost() throws {
    #expect(try clock("2000-01-01T01:00:00").instant(arrival: time("2000-01-01T00:00:00Z"), zone: oslo) == nil)
  }

  /// Seconds after the full hour, and whether the list still closes it.
  @Test(
    "a list closes the hour that it follows by at most 5 min",
    arguments: [
      (0, 0), (10, 0), (55, 0), (300, 0), (301, nil), (1800, nil), (3599, nil), (3600, 3600), (-1, nil), (-3600, -3600),
    ] as [(Int64, Int64?)])
  func boundary(seconds: Int64, boundary: Int64?) throws {
    let hour = try time("2026-01-15T13:00:00Z")
    #expect(hourBoundary(of: hour + .seconds(seconds)) == boundary.map { hour + .seconds($0) })
  }
}
