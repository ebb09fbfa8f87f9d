import ArgumentParser
import Foundation
import Metering

/// A subcommand that writes a report with a row for each period.
protocol PeriodCommand: ParsableCommand {
  static var step: ReportStep { get }
  var options: ReportOptions { get }
}

/// How a report ended; the raw value is the exit code.
enum ReportOutcome: Int32 {
  case complete = 0
  /// Hours of the range are missing, or do not add up to the registers.
  case gaps = 1
  /// There is no report; the message says why.
  case failed = 2
}

extension PeriodCommand {
  func run() throws {
    // A reader that has seen enough closes its end: that is no error, and no reason to die of a signal.
    signal(SIGPIPE, SIG_IGN)
    var data = DescriptorOutput(STDOUT_FILENO)
    var messages = DescriptorOutput(STDERR_FILENO)
    var outcome = report(to: &data, messages: &messages)
    data.flush()
    if data.error == EPIPE {
      outcome = .complete
    } else if data.error != 0 {
      messages.write("ams-report: cannot write: \(String(cString: strerror(data.error)))\n")
      outcome = .failed
    }
    messages.flush()
    if outcome != .complete { throw ExitCode(outcome.rawValue) }
  }

  /// Writes the report to the file of `--output`, else to `data`, and what there is to say about it to `messages`.
  func report(to data: inout some TextOutputStream, messages: inout some TextOutputStream) -> ReportOutcome {
    do {
      let reports = try ReportRequest(options, step: Self.step).reports()
      if let path = options.output {
        try ReportFile(path: path).write { file in write(reports, to: &file) }
      } else {
        write(reports, to: &data)
      }
      if options.format != .table || options.output != nil { writeChecks(of: reports, to: &messages) }
      return reports.allSatisfy(\.isComplete) ? .complete : .gaps
    } catch {
      messages.write("ams-report: \(error.message)\n")
      return .failed
    }
  }

  private func write(_ reports: [MeterReport], to output: inout some TextOutputStream) {
    switch options.format {
    case .table: TableFormat().write(reports, to: &output)
    case .csv: CSVFormat.standard(Self.step).write(reports, to: &output)
    case .excel: CSVFormat.excel(Self.step, options.lang ?? .nb).write(reports, to: &output)
    case .json: JSONFormat().write(reports, to: &output)
    }
  }

  /// A file for programs has no room for the check; it is said beside it.
  private func writeChecks(of reports: [MeterReport], to messages: inout some TextOutputStream) {
    for report in reports {
      for line in CheckText(report).lines { messages.write("meter \(report.meter.id): \(line)\n") }
    }
  }
}
