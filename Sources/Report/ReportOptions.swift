import ArgumentParser

/// The options that every report has.
struct ReportOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The log.", valueName: "file"))
  var database = "ams.sqlite"

  @Option(help: ArgumentHelp("The zone of local days and times.", valueName: "zone"))
  var timezone = "Europe/Oslo"

  @Option(
    help: ArgumentHelp(
      "The first local day (2026-01-15), or the instant to start at (2026-01-15T13:00Z, 2026-01-15T14:00+01:00).",
      discussion: "Without it the report starts with the first hour that can be known.", valueName: "time"))
  var from: RangeEdge?

  @Option(
    help: ArgumentHelp(
      "The last local day, which is included, or the instant to stop before.",
      discussion: """
        --from 2026-01-01 --to 2026-01-31 is all of January. Every hour between --from and --to has a row, known or \
        not. Without --to the report ends with the last hour that the log has finished.
        """,
      valueName: "time"))
  var to: RangeEdge?

  @Option(
    help: ArgumentHelp(
      "The number of a meter, or its last digits. Without it, every meter that was heard in the range.",
      valueName: "number"))
  var meter: String?

  @Option(
    help: ArgumentHelp(
      "table for people, csv for programs, excel for spreadsheets, json with an object on each line.",
      valueName: "format"))
  var format = ReportFormat.table

  @Option(
    help: ArgumentHelp("The language of the headings of --format excel: nb (default), sv or en.", valueName: "lang"))
  var lang: Language?

  @Option(
    help: ArgumentHelp(
      "Write to this file. It appears when it is whole; until then, and on failure, an older one stays.",
      valueName: "file"))
  var output: String?

  @Flag(help: "Without --to, include the hour that the log has not finished.")
  var partial = false

  func validate() throws {
    if lang != nil, format != .excel {
      throw ValidationError("--lang sets the headings of --format excel; the other formats are not translated.")
    }
  }
}

enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  case table, csv, excel, json
}

enum Language: String, CaseIterable, ExpressibleByArgument {
  case nb, sv, en
}
