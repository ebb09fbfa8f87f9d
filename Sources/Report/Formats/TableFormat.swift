import Energy
import Metering

/// An aligned table for a terminal, a block for each meter. The last line of a block is its check of the sum.
struct TableFormat {
  func write(_ reports: [MeterReport], to output: inout some TextOutputStream) {
    for (index, report) in reports.enumerated() {
      if index > 0 { output.write("\n") }
      output.write(heading(report) + "\n\n")
      for line in aligned(cells(report)) { output.write(line + "\n") }
      output.write("\n")
      for line in CheckText(report).lines { output.write(line + "\n") }
    }
  }

  private func heading(_ report: MeterReport) -> String {
    let kind = [report.meter.maker.rawValue, report.meter.type].filter { !$0.isEmpty }.joined(separator: " ")
    return "Meter \(report.meter.id) (\(kind)), local time in \(report.zone.identifier)"
  }

  private struct Cell {
    let text: String
    let isNumber: Bool
    /// In places of a terminal; nothing here takes two.
    let width: Int

    init(text: String, isNumber: Bool = false) {
      self.text = text
      self.isNumber = isNumber
      width = text.unicodeScalars.count
    }
  }

  private func cells(_ report: MeterReport) -> [[Cell]] {
    let showsExport = report.rows.contains {
      ($0.known.activeExport ?? 0) > 0 || ($0.end.activeExport ?? 0) > 0
    }
    let isLong = report.step != .hour
    let largest = report.rows.compactMap(\.energy.activeImport).max() ?? 0
    let name =
      switch report.step {
      case .hour: "Hour"
      case .day: "Day"
      case .month: "Month"
      }
    var head = [Cell(text: name), Cell(text: "Import kWh", isNumber: true)]
    if showsExport { head.append(Cell(text: "Export kWh", isNumber: true)) }
    head += [Cell(text: "Max W", isNumber: true), Cell(text: "Coverage", isNumber: true)]
    if isLong { head.append(Cell(text: "Hours", isNumber: true)) }
    head.append(Cell(text: "Quality"))
    return [head]
      + report.rows.map { period in
        var cells = [Cell(text: label(period.span.lowerBound, report)), number(kWh(period.energy.activeImport))]
        if showsExport { cells.append(number(kWh(period.energy.activeExport))) }
        cells.append(number(period.peak.map { String($0.power) }))
        cells.append(number("\(decimalText(Int64(period.coverage), decimals: 1)) %"))
        if isLong { cells.append(number("\(period.hoursMeasured)/\(period.hoursExpected)")) }
        cells.append(Cell(text: period.quality.rawValue))
        cells.append(Cell(text: note(period, largest: largest)))
        return cells
      }
  }

  private func number(_ text: String?) -> Cell { Cell(text: text ?? "–", isNumber: true) }

  private func kWh(_ energy: Int64?) -> String? { energy.map { decimalText($0, decimals: 3) } }

  /// A bar; where there is no total, what is known of it.
  private func note(_ period: EnergyPeriod, largest: Int64) -> String {
    if let energy = period.energy.activeImport { return bar(energy, of: largest) }
    return kWh(period.known.activeImport).map { "of it \($0) kWh known" } ?? ""
  }

  private func label(_ time: UTCTime, _ report: MeterReport) -> String {
    let civil = report.zone.civilTime(at: time)
    switch report.step {
    case .month: return String(civil.date.iso8601.prefix(7))
    case .day: return "\(civil.date.iso8601) \(weekdays[civil.date.weekday - 1])"
    case .hour:
      let offset = report.zone.offset(at: time)
      let changes = [time - .hour, time + .hour].contains { report.zone.offset(at: $0) != offset }
      return "\(civil.date.iso8601) \(clock(civil))" + (changes ? " \(offsetText(offset))" : "")
    }
  }

  private func aligned(_ rows: [[Cell]]) -> [String] {
    var widths: [Int] = []
    for row in rows {
      for (place, cell) in row.enumerated() {
        if place == widths.count { widths.append(0) }
        widths[place] = max(widths[place], cell.width)
      }
    }
    return rows.map { row in
      var line = ""
      // Blanks are written when something follows them.
      var blanks = 0
      for (cell, width) in zip(row, widths) {
        let space = width - cell.width
        if cell.isNumber { blanks += space }
        if cell.width > 0 {
          line += String(repeating: " ", count: blanks) + cell.text
          blanks = 0
        }
        if !cell.isNumber { blanks += space }
        blanks += 2
      }
      return line
    }
  }
}

/// `14:00`
func clock(_ time: CivilTime) -> String { "\(padded(time.hour, to: 2)):\(padded(time.minute, to: 2))" }

/// A bar of up to 20 cells in eighths, to the scale of the largest; something, however small, is never nothing.
func bar(_ value: Int64, of largest: Int64) -> String {
  guard value > 0, largest > 0 else { return "" }
  let eighths = max(1, Int(value * 160 / largest))
  let rest = eighths % 8
  return String(repeating: "█", count: eighths / 8) + (rest > 0 ? String(partialBlocks[rest - 1]) : "")
}

private let partialBlocks: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
private let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
