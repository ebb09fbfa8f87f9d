import ArgumentParser
import Frames
import Metering
import Testing

@testable import Logger

@Suite struct `Command line` {
  /// What the program says to arguments that it refuses, and with which exit code.
  private func refusal(of arguments: [String]) -> (text: String, code: ExitCode)? {
    do {
      _ = try LoggerCommand.parseAsRoot(arguments)
      return nil
    } catch {
      return (LoggerCommand.fullMessage(for: error), LoggerCommand.exitCode(for: error))
    }
  }

  @Test(arguments: [
    (["run"], "name one input: --serial-port, --tcp or --stdin"),
    (["run", "--stdin", "--tcp", "localhost:2001"], "name one input: --serial-port, --tcp or --stdin"),
    (["run", "--serial-port", "/dev/ttyUSB0", "--stdin"], "name one input: --serial-port, --tcp or --stdin"),
    (["run", "--stdin", "--commit-interval", "0"], "--commit-interval is 1 to 3600 seconds"),
    (["run", "--stdin", "--commit-interval", "3601"], "--commit-interval is 1 to 3600 seconds"),
    (["run", "--stdin", "--baudrate", "0"], "--baudrate must be a positive number"),
    (["run", "--stdin", "--baudrate", "fast"], "The value 'fast' is invalid for '--baudrate <baudrate>'"),
    (["run", "--stdin", "--parity", "M"], "The value 'M' is invalid for '--parity <parity>'"),
    (
      ["run", "--stdin", "--meter-manufacturer", "acme"],
      "The value 'acme' is invalid for '--meter-manufacturer <meter-manufacturer>'"
    ),
    (["record", "--stdin"], "Missing expected argument '--output <output>'"),
    (["record", "--output", "a.capture"], "name one input: --serial-port, --tcp or --stdin"),
    (["replay"], "Missing expected argument '<file> ...'"),
    (["decode"], "Missing expected argument '<file>'"),
    (["decode", "a", "b"], "Unexpected argument 'b'"),
    (["log"], "Unexpected argument 'log'"),
    (["run", "--stdin", "--colour"], "Unknown option '--colour'"),
  ])
  func `wrong usage is refused with 64 and the reason`(arguments: [String], reason: String) throws {
    let refusal = try #require(self.refusal(of: arguments))
    #expect(refusal.code == .validationFailure)
    #expect(refusal.text.contains(reason), "\(refusal.text)")
  }

  @Test func `a maker that is not known is told those that are`() throws {
    let refusal = try #require(self.refusal(of: ["run", "--stdin", "--meter-manufacturer", "acme"]))
    for maker in ["auto", "aidon", "aidon_se", "kaifa", "kaifa_se", "kamstrup"] {
      #expect(refusal.text.contains("- \(maker)\n") || refusal.text.contains("'\(maker)'"), "\(refusal.text)")
    }
  }

  @Test func `what is not named has the settings of most Norwegian meters`() throws {
    let run = try #require(try LoggerCommand.parseAsRoot(["run", "--serial-port", "/dev/ttyUSB0"]) as? RunCommand)
    #expect(run.source.line.baudrate == 2400)
    #expect(run.source.line.parity == .none)
    #expect(run.meter.manufacturer.meterManufacturer == .auto)
    #expect(run.log.database == "ams.sqlite")
    #expect(run.log.timezone == nil)
    #expect(run.commitInterval == 10)
  }

  @Test func `settings of hass-AMS are taken by its names and values`() throws {
    let arguments = [
      "run", "--serial-port", "/dev/ttyUSB0", "--baudrate", "115200", "--parity", "E", "--meter-manufacturer",
      "kaifa_se",
    ]
    let run = try #require(try LoggerCommand.parseAsRoot(arguments) as? RunCommand)
    #expect(run.source.serialPort == "/dev/ttyUSB0")
    #expect(run.source.line.baudrate == 115200)
    #expect(run.source.line.parity == .even)
    #expect(run.meter.manufacturer.meterManufacturer == Manufacturer(rawValue: "kaifa_se"))
    let help = LoggerCommand.helpMessage(for: RunCommand.self, columns: 200)
    for name in ["serial-port", "baudrate", "parity", "meter-manufacturer"] {
      #expect(help.contains("--\(name)"), "\(help)")
    }
    for value in ["2400", "N, E or O", "auto", "aidon_se", "kamstrup"] { #expect(help.contains(value), "\(help)") }
  }

  @Test func `a zone that is not known is no fault of usage and says what is wanted`() throws {
    let run = try #require(
      try LoggerCommand.parseAsRoot(["run", "--stdin", "--timezone", "Mars/Olympus"]) as? RunCommand)
    #expect {
      try run.log.zone()
    } throws: { error in
      "\(error)" == "timezone Mars/Olympus is not known; use a name such as Europe/Oslo"
    }
  }
}
