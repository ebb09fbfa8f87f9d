import ArgumentParser

/// `ams-report`: the log of `ams-logger` as hours, days and months of kWh.
@main
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ams-report",
    abstract: "Hourly, daily and monthly energy from the log of ams-logger.",
    discussion: """
      Energy is the difference of two registers of the meter, to the watt-hour. What is not known is left empty and \
      called missing; it is never 0. Hours add up to the register difference, and the last line of a report says so.

      Data goes to standard output, messages to standard error. Exit codes: 0 complete, 1 done but hours are missing, \
      2 could not be done, 64 wrong usage.
      """,
    subcommands: [Hourly.self, Daily.self, Monthly.self, CorrectCommand.self, CorrectionsCommand.self])

  struct Hourly: PeriodCommand {
    static let step = ReportStep.hour
    static let configuration = CommandConfiguration(abstract: "A row for each hour.")
    @OptionGroup var options: ReportOptions
  }

  struct Daily: PeriodCommand {
    static let step = ReportStep.day
    static let configuration = CommandConfiguration(
      abstract: "A row for each local day of 23, 24 or 25 hours.",
      discussion: """
        A day has its total when registers stand at both its midnights and no gap reaches over them. A range that \
        cuts a day is widened to all of it.
        """)
    @OptionGroup var options: ReportOptions
  }

  struct Monthly: PeriodCommand {
    static let step = ReportStep.month
    static let configuration = CommandConfiguration(
      abstract: "A row for each local month.",
      discussion: """
        A month has its total when registers stand at both its ends and no gap reaches over them. A range that cuts \
        a month is widened to all of it.
        """)
    @OptionGroup var options: ReportOptions
  }
}
