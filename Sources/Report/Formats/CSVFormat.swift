import Metering

/// Comma-separated values (RFC 4180) in one of two dialects: one file cannot serve programs and spreadsheets both.
struct CSVFormat {
  private let columns: [Column]
  private let header: (Column) -> String
  private let separator: Character
  private let decimalSeparator: Character
  private let lineEnd: String
  private let start: String
  private let localTime: (CivilTime) -> String
  private let identifier: (String) -> String

  /// For programs: comma, decimal point, LF, English headers that never change.
  static func standard(_ step: ReportStep) -> CSVFormat {
    CSVFormat(
      columns: [.meter, .startUTC, .endUTC, .startLocal] + Column.energies + Column.power + [.quality]
        + (step == .hour ? [] : Column.hours),
      header: \.name, separator: ",", decimalSeparator: ".", lineEnd: "\n", start: "", localTime: \.iso8601,
      identifier: \.self)
  }

  /// For a Nordic Excel, by double click: byte order mark, semicolon, decimal comma, CRLF, local times it takes for dates.
  static func excel(_ step: ReportStep, _ language: Language) -> CSVFormat {
    CSVFormat(
      columns: [.from, .to, .offset] + Column.energies + Column.power + [.meter, .quality]
        + (step == .hour ? [] : Column.hours),
      header: { $0.headings[language] ?? $0.name }, separator: ";", decimalSeparator: ",", lineEnd: "\r\n",
      start: "\u{FEFF}", localTime: { spreadsheetTime($0, language) }, identifier: spreadsheetText)
  }

  func write(_ reports: [MeterReport], to output: inout some TextOutputStream) {
    output.write(start)
    writeLine(columns.map(header), to: &output)
    for report in reports {
      for row in report.rows {
        writeLine(columns.map { text($0.field(report, row), report.zone) }, to: &output)
      }
    }
  }

  private func writeLine(_ fields: [String], to output: inout some TextOutputStream) {
    output.write(fields.map(quoted).joined(separator: String(separator)) + lineEnd)
  }

  private func text(_ field: Column.Field, _ zone: Zone) -> String {
    switch field {
    case .text(let text): text
    case .identifier(let text): identifier(text)
    case .localTime(let time): localTime(zone.civilTime(at: time))
    case .kilowattHours(let energy): energy.map { decimalText($0, decimals: 3, separator: decimalSeparator) } ?? ""
    case .share(let share): decimalText(Int64(share), decimals: 3, separator: decimalSeparator)
    case .integer(let number): number.map { String($0) } ?? ""
    }
  }

  private func quoted(_ field: String) -> String {
    let isPlain = field.utf8.allSatisfy { $0 != separator.asciiValue && $0 != 0x22 && $0 != 0x0D && $0 != 0x0A }
    return isPlain ? field : "\"\(field.replacing("\"", with: "\"\""))\""
  }
}

/// The formula `="7359992890941742"`: of a bare number of 16 digits a spreadsheet makes 7,35999E+15, its last digit 0.
private func spreadsheetText(_ text: String) -> String {
  "=\"\(text.replacing("\"", with: "\"\""))\""
}

/// `25.10.2026 02:00` in Norwegian, else `2026-10-25 02:00`.
private func spreadsheetTime(_ time: CivilTime, _ language: Language) -> String {
  let date = time.date
  let clock = "\(padded(time.hour, to: 2)):\(padded(time.minute, to: 2))"
  guard language == .nb else { return "\(date.iso8601) \(clock)" }
  return "\(padded(date.day, to: 2)).\(padded(date.month, to: 2)).\(padded(date.year, to: 4)) \(clock)"
}
