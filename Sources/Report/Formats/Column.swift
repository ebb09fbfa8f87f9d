import Energy
import Metering

/// One column of the CSV files: its names, and what stands in it.
struct Column: Sendable {
  /// The header of `--format csv`, for ever: columns are only added, at the end.
  let name: String
  /// The headings of `--format excel`.
  let headings: [Language: String]
  let field: @Sendable (MeterReport, EnergyPeriod) -> Field

  /// What a field holds; how it is written is up to the dialect. Unknown is an empty field.
  enum Field {
    case text(String)
    /// A number of many digits that is no quantity.
    case identifier(String)
    case localTime(UTCTime)
    /// From Wh.
    case kilowattHours(Int64?)
    /// From thousandths.
    case share(Int)
    case integer(Int64?)
  }

  init(
    _ name: String, nb: String = "", sv: String = "", en: String = "",
    _ field: @escaping @Sendable (MeterReport, EnergyPeriod) -> Field
  ) {
    self.name = name
    self.headings = [.nb: nb, .sv: sv, .en: en]
    self.field = field
  }
}

extension Column {
  static let startUTC = Column("start_utc") { .text($1.span.lowerBound.iso8601) }
  static let endUTC = Column("end_utc") { .text($1.span.upperBound.iso8601) }
  static let startLocal = Column("start_local") { .text($0.zone.iso8601($1.span.lowerBound)) }

  static let from = Column("from", nb: "Fra", sv: "Från", en: "From") { .localTime($1.span.lowerBound) }
  static let to = Column("to", nb: "Til", sv: "Till", en: "To") { .localTime($1.span.upperBound) }
  /// Not a bare `+02:00`: a spreadsheet would make a time of day of it.
  static let offset = Column("offset", nb: "Offset", sv: "Offset", en: "Offset") { report, row in
    .text("UTC" + offsetText(report.zone.offset(at: row.span.lowerBound)))
  }

  static let meter = Column("meter", nb: "Måler", sv: "Mätare", en: "Meter") { report, _ in .identifier(report.meter.id)
  }

  static let energies = [
    Column("import_kwh", nb: "Import kWh", sv: "Import kWh", en: "Import kWh") {
      .kilowattHours($1.energy.activeImport)
    },
    Column("export_kwh", nb: "Eksport kWh", sv: "Export kWh", en: "Export kWh") {
      .kilowattHours($1.energy.activeExport)
    },
    Column("import_start_kwh", nb: "Import start kWh", sv: "Import start kWh", en: "Import start kWh") {
      .kilowattHours($1.start.activeImport)
    },
    Column("import_end_kwh", nb: "Import slutt kWh", sv: "Import slut kWh", en: "Import end kWh") {
      .kilowattHours($1.end.activeImport)
    },
    Column("export_start_kwh", nb: "Eksport start kWh", sv: "Export start kWh", en: "Export start kWh") {
      .kilowattHours($1.start.activeExport)
    },
    Column("export_end_kwh", nb: "Eksport slutt kWh", sv: "Export slut kWh", en: "Export end kWh") {
      .kilowattHours($1.end.activeExport)
    },
  ]

  static let power = [
    Column("max_w", nb: "Maks W", sv: "Max W", en: "Max W") { .integer($1.peak?.power) },
    Column("coverage", nb: "Dekning", sv: "Täckning", en: "Coverage") { .share($1.coverage) },
  ]

  static let quality = Column("quality", nb: "Kvalitet", sv: "Kvalitet", en: "Quality") {
    .text($1.quality.rawValue)
  }

  /// At the end of daily and monthly files.
  static let hours = [
    Column("hours_expected", nb: "Timer", sv: "Timmar", en: "Hours") { .integer(Int64($1.hoursExpected)) },
    Column("hours_measured", nb: "Målte timer", sv: "Uppmätta timmar", en: "Hours measured") {
      .integer(Int64($1.hoursMeasured))
    },
    Column("estimated_kwh", nb: "Beregnet kWh", sv: "Beräknad kWh", en: "Estimated kWh") {
      .kilowattHours($1.estimated.activeImport)
    },
  ]
}
