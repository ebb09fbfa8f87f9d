import Energy
import Metering

/// A score as a table.
struct ScoreText {
  let score: Score

  init(_ score: Score) { self.score = score }

  var lines: [String] {
    var lines = [
      "\(score.meters) simulated meter-months, \(score.hours) hours of import", "",
      row("quality", "hours", "mean error Wh", "rms Wh", "largest Wh"),
    ]
    for quality in Quality.allCases {
      guard let errors = score.byQuality[quality] else { continue }
      lines.append(
        quality == .missing
          ? row(quality.rawValue, String(errors.hours), "–", "–", "–") : row(quality.rawValue, errors))
    }
    lines += ["", "Hours of gaps that samples divide:"]
    lines += [
      row("split by samples", score.splitOurs), row("all evenly", score.splitEven),
      row("all in the last hour", score.splitLast),
    ]
    lines += ["", "All hours of gaps:"]
    lines += [
      row("ours", score.gapsOurs), row("all evenly", score.gapsEven), row("all in the last hour", score.gapsLast),
    ]
    lines += [
      "", "When registers are read: \(learned(score.latches)).",
      "Units that no frame says: \(learned(score.scales)).", "",
    ]
    // One of each meter: what is wrong with a meter is mostly wrong all month.
    var meters: Set<Substring> = []
    lines += score.violations.sorted().filter { meters.insert($0.prefix { $0 != "(" }).inserted }.prefix(40)
    lines.append(
      score.violations.isEmpty
        ? "No hour is wrong by more than a step of its register and does not say so. All sums agree. ✓"
        : "\(counted(score.violations.count, "violation")) ✗")
    return lines
  }

  private func learned(_ count: (right: Int, wrong: Int, open: Int)) -> String {
    "learned rightly for \(count.right), wrongly for \(count.wrong), left open for \(count.open)"
  }

  private func row(_ name: String, _ errors: Score.Errors) -> String {
    row(
      name, String(errors.hours), number(errors.mean), number(errors.rootMeanSquare), number(errors.largest))
  }

  private func number(_ value: Double) -> String { decimalText(Int64((value * 10).rounded()), decimals: 1) }

  private func row(_ cells: String...) -> String {
    let widths = [22, 10, 15, 12, 12]
    return zip(cells, widths).enumerated().map { place, cell in
      let space = String(repeating: " ", count: max(cell.1 - cell.0.count, 0))
      return place == 0 ? cell.0 + space : space + cell.0
    }.joined()
  }
}
