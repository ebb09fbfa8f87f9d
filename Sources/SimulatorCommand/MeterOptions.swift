import ArgumentParser
import Metering
import Simulator

/// Which meter, in which house.
struct MeterOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The meter, for example aidon-tn; 'ams-simulator meters' lists them.", valueName: "name"))
  var meter: String

  @Flag(help: "Put solar panels on the roof.")
  var solar = false

  @Option(help: "The same seed gives the same house and the same octets.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("How messages become reads: whole, or cut (split and joined anywhere).", valueName: "shape"))
  var reads: ReadShape = .whole

  @Option(
    help: ArgumentHelp("Seconds after the hour at which list 3 is sent; the maker's own by default.", valueName: "s"))
  var hourlyAt: Int64?

  @Option(
    help: ArgumentHelp(
      "Seconds after the hour at which its registers are read; the maker's own by default.", valueName: "s"))
  var latch: Int64?

  func validate() throws {
    for (option, seconds) in [("--hourly-at", hourlyAt), ("--latch", latch)] {
      guard let seconds, !(0..<3600).contains(seconds) else { continue }
      throw ValidationError("\(option) takes 0 to 3599 seconds, not \(seconds).")
    }
  }

  /// The model with the changes asked for.
  func model() throws(SimulatorError) -> MeterModel {
    var model = try MeterModel.named(meter)
    if let hourlyAt { model.timetable.hourlyList = .seconds(hourlyAt) }
    if let latch { model.timetable.registerLatch = .seconds(latch) }
    return model
  }
}

extension ReadShape: ExpressibleByArgument {}
