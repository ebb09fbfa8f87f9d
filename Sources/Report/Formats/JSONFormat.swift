import Energy
import Metering

/// One JSON object a line. Energy is whole Wh (varh); unknown is `null`, and every key is always there.
struct JSONFormat {
  func write(_ reports: [MeterReport], to output: inout some TextOutputStream) {
    for report in reports {
      for row in report.rows {
        let members = members(report, row).map { "\(jsonText($0)):\($1)" }
        output.write("{\(members.joined(separator: ","))}\n")
      }
    }
  }

  private func members(_ report: MeterReport, _ period: EnergyPeriod) -> [(key: String, value: String)] {
    var members = [
      ("meter", jsonText(report.meter.id)),
      ("start_utc", jsonText(period.span.lowerBound.iso8601)),
      ("end_utc", jsonText(period.span.upperBound.iso8601)),
      ("start_local", jsonText(report.zone.iso8601(period.span.lowerBound))),
      ("import_wh", number(period.energy.activeImport)),
      ("export_wh", number(period.energy.activeExport)),
      ("reactive_import_varh", number(period.energy.reactiveImport)),
      ("reactive_export_varh", number(period.energy.reactiveExport)),
      ("import_start_wh", number(period.start.activeImport)),
      ("import_end_wh", number(period.end.activeImport)),
      ("export_start_wh", number(period.start.activeExport)),
      ("export_end_wh", number(period.end.activeExport)),
      ("max_w", number(period.peak?.power)),
      ("max_w_utc", period.peak.map { jsonText($0.time.iso8601) } ?? "null"),
      ("coverage", decimalText(Int64(period.coverage), decimals: 3)),
      ("quality", jsonText(period.quality.rawValue)),
    ]
    guard report.step != .hour else { return members }
    members += [
      ("hours_expected", String(period.hoursExpected)),
      ("hours_measured", String(period.hoursMeasured)),
      ("known_import_wh", number(period.known.activeImport)),
      ("known_export_wh", number(period.known.activeExport)),
    ]
    return members
  }

  private func number(_ value: Int64?) -> String { value.map { String($0) } ?? "null" }
}

/// A JSON string (RFC 8259).
func jsonText(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\":
      quoted.unicodeScalars.append("\\")
      quoted.unicodeScalars.append(scalar)
    case ..<" ":
      let digits = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
