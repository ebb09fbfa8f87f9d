/// An instant: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// The only instant type that is stored. Local time exists at the edges alone (`Zone`).
package struct UTCTime: Hashable, Comparable, Sendable {
  @usableFromInline package var milliseconds: Int64

  @inlinable package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  @inlinable package init(seconds: Int64) {
    self.milliseconds = seconds * 1000
  }

  /// A calendar reading taken as UTC.
  package init(utc civil: CivilTime) {
    self.init(seconds: civil.secondsSince1970)
  }

  /// Whole seconds, rounded towards the past.
  @inlinable package var seconds: Int64 { milliseconds.flooredQuotient(by: 1000) }

  @inlinable package static func < (left: UTCTime, right: UTCTime) -> Bool { left.milliseconds < right.milliseconds }
  @inlinable package static func <= (left: UTCTime, right: UTCTime) -> Bool { left.milliseconds <= right.milliseconds }
  @inlinable package static func > (left: UTCTime, right: UTCTime) -> Bool { left.milliseconds > right.milliseconds }
  @inlinable package static func >= (left: UTCTime, right: UTCTime) -> Bool { left.milliseconds >= right.milliseconds }

  @inlinable package static func + (time: UTCTime, span: TimeSpan) -> UTCTime {
    UTCTime(milliseconds: time.milliseconds + span.milliseconds)
  }

  @inlinable package static func - (time: UTCTime, span: TimeSpan) -> UTCTime {
    UTCTime(milliseconds: time.milliseconds - span.milliseconds)
  }

  @inlinable package static func - (later: UTCTime, earlier: UTCTime) -> TimeSpan {
    TimeSpan(milliseconds: later.milliseconds - earlier.milliseconds)
  }

  @inlinable package static func += (time: inout UTCTime, span: TimeSpan) { time = time + span }

  /// The latest multiple of `span` since 1970 that is not after this instant: `floor(to: .hour)` is the full hour.
  @inlinable package func floor(to span: TimeSpan) -> UTCTime {
    UTCTime(milliseconds: milliseconds.flooredQuotient(by: span.milliseconds) * span.milliseconds)
  }

  /// The earliest multiple of `span` since 1970 that is not before this instant.
  @inlinable package func ceiling(to span: TimeSpan) -> UTCTime {
    let floor = floor(to: span)
    return floor == self ? floor : floor + span
  }
}

/// A length of time in milliseconds; negative when it points to the past.
package struct TimeSpan: Hashable, Comparable, Sendable {
  @usableFromInline package var milliseconds: Int64

  @inlinable package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  @inlinable package static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 1000) }
  @inlinable package static func minutes(_ count: Int64) -> TimeSpan { .seconds(count * 60) }
  @inlinable package static func hours(_ count: Int64) -> TimeSpan { .seconds(count * 3600) }

  @inlinable package static var zero: TimeSpan { TimeSpan(milliseconds: 0) }
  @inlinable package static var quarter: TimeSpan { .minutes(15) }
  @inlinable package static var hour: TimeSpan { .hours(1) }

  @inlinable package static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.milliseconds < right.milliseconds }
  @inlinable package static func <= (left: TimeSpan, right: TimeSpan) -> Bool {
    left.milliseconds <= right.milliseconds
  }
  @inlinable package static func > (left: TimeSpan, right: TimeSpan) -> Bool { left.milliseconds > right.milliseconds }
  @inlinable package static func >= (left: TimeSpan, right: TimeSpan) -> Bool {
    left.milliseconds >= right.milliseconds
  }
  @inlinable package static func + (one: TimeSpan, other: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: one.milliseconds + other.milliseconds)
  }
  @inlinable package static func - (one: TimeSpan, other: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: one.milliseconds - other.milliseconds)
  }
  @inlinable package static func * (span: TimeSpan, factor: Int64) -> TimeSpan {
    TimeSpan(milliseconds: span.milliseconds * factor)
  }

  @inlinable package var magnitude: TimeSpan { TimeSpan(milliseconds: abs(milliseconds)) }
}

extension Int64 {
  /// Division that rounds towards minus infinity; `divisor` is positive.
  @inlinable package func flooredQuotient(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
