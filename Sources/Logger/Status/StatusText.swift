import Metering

/// Words of the screens of `status` and `doctor`.
struct StatusText {
  let zone: Zone
  let now: UTCTime

  /// `2026-01-15 14:00:11, 3 s ago`; `never`.
  func time(_ time: UTCTime?) -> String {
    guard let time else { return "never" }
    return "\(clock(time)), \(age(of: time))"
  }

  /// `2026-01-15 14:00:11`, in local time.
  func clock(_ time: UTCTime) -> String { zone.civilTime(at: time).iso8601.replacing("T", with: " ") }

  /// `Europe/Oslo (+01:00)`
  var zoneName: String { "\(zone.identifier) (\(offsetText(zone.offset(at: now))))" }

  func age(of time: UTCTime) -> String {
    let span = now - time
    return span < .zero ? "\(StatusText.span(span.magnitude)) ahead of this clock" : "\(StatusText.span(span)) ago"
  }

  /// `3 s`, `5 min`, `7 h`, `12 days`: whole ones, cut.
  static func span(_ span: TimeSpan) -> String {
    let seconds = span.milliseconds / 1000
    return switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
  }

  /// `278.5 MB`, in powers of ten.
  static func octets(_ octets: Int64?) -> String {
    guard let octets, octets >= 0 else { return "unknown" }
    for (unit, size) in [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)]
      as [(String, Int64)]
    where octets >= size {
      return "\(decimalText(octets / (size / 10), decimals: 1)) \(unit)"
    }
    return "\(octets) B"
  }

  /// `3 rejected (framing 2, list 1)`
  static func rejects(_ rejects: [String: Int]) -> String {
    let count = rejects.values.reduce(0) { $0 &+ $1 }
    let stages = rejects.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    return "\(count) rejected\(stages.isEmpty ? "" : " (\(stages))")"
  }

  /// `label             value`
  static func row(_ label: String, _ value: String) -> String { rightPadded(label, 18) + value }
}
