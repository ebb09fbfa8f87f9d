import Energy
import Metering

/// What a report says about itself: the gaps, and in its last line whether the hours add up to the registers.
struct CheckText {
  private let check: Conservation
  private let zone: Zone

  /// So many gaps are listed one by one.
  private static let listed = 10

  init(_ report: MeterReport) {
    check = report.conservation
    zone = report.zone
  }

  var lines: [String] { gapLines + [sumLine] }

  private var gapLines: [String] {
    let gaps =
      (check.gaps.map { ($0, "") } + check.crossing.map { ($0, "; it reaches out of the range and is not counted") })
      .sorted { $0.0.span.lowerBound < $1.0.span.lowerBound }
    var lines = gaps.prefix(CheckText.listed).map { gap, note in "gap \(text(gap.span)): \(energy(gap))\(note)" }
    if gaps.count > CheckText.listed { lines.append("and \(gaps.count - CheckText.listed) more gaps") }
    return lines
  }

  private func energy(_ gap: EnergyBlock) -> String {
    guard gap.energy.isKnown else { return "unknown, its two registers are not of one series" }
    let export = gap.energy.activeExport.flatMap { $0 > 0 ? "export \(kWh($0))" : nil }
    return [gap.energy.activeImport.map(kWh), export].compactMap(\.self).joined(separator: ", ")
  }

  private var sumLine: String {
    let hours = check.hours == 1 ? "1 hour" : "\(check.hours) hours"
    let estimates = Quality.allCases.filter(\.isEstimate).reduce(0) { $0 + check.counts[$1] }
    let estimated = estimates > 0 ? ", \(estimates) estimated" : ""
    let corrected = check.counts[.manual] > 0 ? ", \(check.counts[.manual]) corrected" : ""
    let missing = estimated + corrected + (check.hoursMissing > 0 ? ", \(check.hoursMissing) missing" : "")
    var sums: [String] = []
    if let sum = check.activeImport { sums.append("sum \(text(sum))") }
    if let sum = check.activeExport, sum.registers > 0 || check.activeImport == nil {
      sums.append("export \(text(sum))")
    }
    return hours + missing + ", " + (sums.isEmpty ? "no register to check the sum with" : sums.joined(separator: "; "))
  }

  private func text(_ sum: Conservation.Sum) -> String {
    let gaps = check.gaps.isEmpty ? "" : " + \(kWh(sum.gaps)) in gaps"
    let (sign, mark) = sum.holds ? ("=", "✓") : ("≠", "✗")
    return "\(kWh(sum.hours))\(gaps) \(sign) register difference \(kWh(sum.registers)) \(mark)"
  }

  /// `2026-01-15 10:00–13:00 (3 hours)`, with the date of the end if it is another, and offsets if they differ.
  private func text(_ span: Range<UTCTime>) -> String {
    let start = zone.civilTime(at: span.lowerBound)
    let end = zone.civilTime(at: span.upperBound)
    let offsets = [span.lowerBound, span.upperBound].map { zone.offset(at: $0) }
    let suffixes = offsets[0] == offsets[1] ? ["", ""] : offsets.map(offsetText)
    let to = start.date == end.date ? "–\(clock(end))" : " to \(end.date.iso8601) \(clock(end))"
    let hours = span.hourCount == 1 ? "1 hour" : "\(span.hourCount) hours"
    return "\(start.date.iso8601) \(clock(start))\(suffixes[0])\(to)\(suffixes[1]) (\(hours))"
  }

  private func kWh(_ energy: Int64) -> String { "\(decimalText(energy, decimals: 3)) kWh" }
}
