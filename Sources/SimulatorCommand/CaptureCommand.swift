import ArgumentParser
import Metering
import Simulator

struct CaptureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture",
    abstract: "Write what a meter sends to a capture, and the truth beside it.",
    discussion: """
      Writes three files: NAME.capture for 'ams-logger replay', NAME.values.jsonl with every value of every message, and \
      NAME.hours.jsonl with the true energy of every hour. The meter goes on after the last day until it has sent \
      the registers that close it.
      """)

  @OptionGroup var options: MeterOptions

  @Option(help: "Where to begin: an instant such as 2026-01-01T00:00:00Z, or a date, which is midnight in Norway.")
  var from = "2026-01-01"

  @Option(help: "How many days.")
  var days: Int64 = 3

  @Option(help: ArgumentHelp("The files' path without an ending.", valueName: "dir/name"))
  var output: String

  func run() throws {
    try reportingFailures {
      let model = try options.model()
      let period = try Period(from: from, days: days)
      let meter = SimulatedMeter(
        model: model, seed: options.seed, hasSolar: options.solar, from: period.start,
        to: period.end + model.timetable.hourlyList + .seconds(1))
      let remark =
        "Simulated \(model.name)\(options.solar ? " with solar panels" : ""), seed \(options.seed), "
        + "\(period.start.iso8601) to \(period.end.iso8601). One line a read: UTC arrival, octets."
      let summary = try CaptureFiles.write(
        meter, shape: options.reads, seed: options.seed, name: output, remark: remark)
      print("\(output).capture: \(summary.messages) messages, \(summary.octets) octets, \(summary.hours) full hours")
    }
  }
}
