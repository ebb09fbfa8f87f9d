import Energy
import Metering
import TestSupport
import Testing

@testable import Report

struct RangeTests {
  static let edges: [(String, RangeEdge?)] = [
    ("2026-01-15", CivilDate(year: 2026, month: 1, day: 15).map(RangeEdge.day)),
    ("2026-01-15T13:00Z", .instant(UTCTime(seconds: 1_768_482_000))),
    ("2026-01-15T13:00:00Z", .instant(UTCTime(seconds: 1_768_482_000))),
    ("2026-01-15T14:00+01:00", .instant(UTCTime(seconds: 1_768_482_000))),
    ("2026-01-15T14:00:00+01:00", .instant(UTCTime(seconds: 1_768_482_000))),
    ("2026-02-30", nil), ("2026-01-15T13:00", nil), ("15.01.2026", nil), ("yesterday", nil), ("", nil),
    ("2026-01", nil),
    ("2026-01-15T13Z", nil), ("2026-01-15T25:00Z", nil), ("2026-01-15T13:00Z ", nil),
  ]

  @Test(arguments: edges)
  func `an end of a range is a date or an instant`(_ text: String, _ edge: RangeEdge?) {
    #expect(RangeEdge(argument: text) == edge)
  }

  private func edge(_ text: String?) -> RangeEdge? { text.flatMap { RangeEdge(argument: $0) } }

  private func resolved(
    from: String? = nil, to: String? = nil, _ step: ReportStep = .hour, partial: Bool = false,
    first: String? = "2026-01-10T10:00Z", last: String? = "2026-01-15T13:00Z", heard: String = "2026-01-15T13:00:11Z"
  ) throws -> ReportRange? {
    let request = try ReportRange.Request(
      from: edge(from), to: edge(to), step: step, zone: oslo, includesRunningHour: partial)
    let boundaries = first.flatMap { first in last.map { (first: time(first), last: time($0)) } }
    return ReportRange(
      request, boundaries: boundaries, firstHeard: time("2026-01-10T09:20Z"),
      lastHeard: time(heard))
  }

  @Test func `the last day is included, the last instant is not`() throws {
    let days = try #require(try resolved(from: "2026-01-01", to: "2026-01-31"))
    #expect(days.counted == span("2025-12-31T23:00Z", "2026-01-31T23:00Z"))
    #expect(days.counted.hourCount == 744)
    let instants = try #require(try resolved(from: "2026-01-12T13:00Z", to: "2026-01-12T14:00Z"))
    #expect(instants.counted == span("2026-01-12T13:00Z", "2026-01-12T14:00Z"))
    let oneDay = try #require(try resolved(from: "2026-10-25", to: "2026-10-25"))
    #expect(oneDay.counted.hourCount == 25)
  }

  @Test func `hours that a range cuts are left out; days and months are widened to whole ones`() throws {
    func range(_ step: ReportStep) throws -> Range<UTCTime>? {
      try resolved(from: "2026-01-12T13:20Z", to: "2026-01-13T02:20Z", step)?.counted
    }
    #expect(try range(.hour) == span("2026-01-12T14:00Z", "2026-01-13T02:00Z"))
    #expect(try range(.day) == span("2026-01-11T23:00Z", "2026-01-13T23:00Z"))
    #expect(try range(.month) == span("2025-12-31T23:00Z", "2026-01-31T23:00Z"))
  }

  @Test func `a range at midnight is not widened`() throws {
    #expect(
      try resolved(from: "2026-01-12", to: "2026-01-12", .day)?.counted
        == span("2026-01-11T23:00Z", "2026-01-12T23:00Z"))
  }

  @Test func `without ends the report runs from the first boundary to the last`() throws {
    let range = try #require(try resolved())
    #expect(range.counted == span("2026-01-10T10:00Z", "2026-01-15T13:00Z"))
    #expect(range.shown == range.counted)
  }

  @Test func `an hour is finished when its list is overdue, though it never came`() throws {
    #expect(try resolved(heard: "2026-01-15T14:04Z")?.counted.upperBound == time("2026-01-15T13:00Z"))
    #expect(try resolved(heard: "2026-01-15T14:05Z")?.counted.upperBound == time("2026-01-15T14:00Z"))
    #expect(try resolved(heard: "2026-01-15T17:30Z")?.counted.upperBound == time("2026-01-15T17:00Z"))
  }

  @Test func `the running hour is shown on request, and never counted`() throws {
    let range = try #require(try resolved(partial: true, heard: "2026-01-15T13:40Z"))
    #expect(range.counted.upperBound == time("2026-01-15T13:00Z"))
    #expect(range.shown.upperBound == time("2026-01-15T14:00Z"))
    let closed = try #require(try resolved(to: "2026-01-15T13:00Z", partial: true, heard: "2026-01-15T13:40Z"))
    #expect(closed.shown.upperBound == time("2026-01-15T13:00Z"))
  }

  @Test func `a meter without registers has the hours in which it was heard`() throws {
    let range = try #require(try resolved(first: nil, last: nil))
    #expect(range.counted == span("2026-01-10T10:00Z", "2026-01-15T12:00Z"))
  }

  @Test func `a range beside the log holds nothing`() throws {
    #expect(try resolved(from: "2026-03-01") == nil)
    #expect(try resolved(to: "2025-03-01") == nil)
    #expect(try resolved(from: "2026-03-01", to: "2026-03-01") != nil)
  }

  @Test func `an instant of a damaged row does no harm`() throws {
    let request = try ReportRange.Request(from: nil, to: nil, step: .hour, zone: oslo, includesRunningHour: true)
    let instants = [Int64.min, 0, 1_768_482_000_000, Int64.max].map { UTCTime(milliseconds: $0) }
    for first in instants {
      for last in instants {
        for boundaries in [nil, (first: first, last: last), (first: last, last: first)] {
          let range = ReportRange(request, boundaries: boundaries, firstHeard: first, lastHeard: last)
          #expect(range?.shown.isEmpty != true)
        }
      }
    }
  }

  static let impossible: [(String, String, String)] = [
    ("2026-01-16", "2026-01-15", "impossible range: --from 2026-01-16 does not come before --to 2026-01-15"),
    (
      "2026-01-15T13:00Z", "2026-01-15T14:00+01:00",
      "impossible range: --from 2026-01-15T13:00:00Z does not come before --to 2026-01-15T13:00:00Z"
    ),
    (
      "2026-01-15T13:10Z", "2026-01-15T13:50Z",
      "no whole hour between --from and --to: hours run from full hour to full hour"
    ),
    ("1926-01-15", "2026-01-15", "impossible range: 1926-01-14T23:00:00Z is not in the years 1990 to 2099"),
    ("2026-01-15", "9999-12-31", "impossible range: 9999-12-31T23:00:00Z is not in the years 1990 to 2099"),
  ]

  @Test(arguments: impossible)
  func `an impossible range is refused in a sentence`(_ from: String, _ to: String, _ message: String) {
    #expect(throws: ReportFailure(message)) {
      try ReportRange.Request(from: edge(from), to: edge(to), step: .hour, zone: oslo)
    }
  }
}
