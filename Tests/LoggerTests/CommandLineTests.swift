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
    (
      ["run", "--stdin", "--commit-interval", "0"],
      "--commit-interval can't be 0: it is a whole number from 1 to 3600, in seconds"
    ),
    (
      ["run", "--stdin", "--commit-interval", "3601"],
      "--commit-interval can't be 3601: it is a whole number from 1 to 3600, in seconds"
    ),
    (["run", "--stdin", "--baudrate", "0"], "--baudrate can't be 0: it is a whole number from 50 to 100000000"),
    (["run", "--stdin", "--baudrate", "fast"], "--baudrate can't be fast: it is a whole number from 50"),
    (["run", "--serial-port", "/dev/ttyUSB0", "--baudrate", "2401"], "2401 is not a speed of a serial port"),
    (["run", "--serial-port", "auto", "--baudrate", "2401"], "2401 is not a speed of a serial port"),
    (["run", "--stdin", "--parity", "M"], "--parity can't be M: it is \"N\", \"E\", \"O\" or \"auto\""),
    (
      ["run", "--stdin", "--meter-manufacturer", "acme"],
      "--meter-manufacturer can't be acme: it is one of \"auto\""
    ),
    (["run", "--stdin", "--sample-days", "7"], "--sample-days can't be 7: it is 8 days or more; 0 is for ever"),
    (["run", "--stdin", "--timezone", "Mars/Olympus"], "--timezone can't be Mars/Olympus: it is a name such as"),
    (["run", "--tcp", "nowhere"], "--tcp is wrong: nowhere: has no port"),
    (["record", "--stdin"], "Missing expected argument '--output <output>'"),
    (["record", "--output", "a.capture"], "name one input: --serial-port, --tcp or --stdin"),
    (["replay"], "Missing expected argument '<file> ...'"),
    (["decode"], "Missing expected argument '<file>'"),
    (["decode", "a", "b"], "Unexpected argument 'b'"),
    (["check", "--rebuild", "--accept"], "--rebuild and --accept are two steps"),
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
      #expect(refusal.text.contains("\"\(maker)\""), "\(refusal.text)")
    }
  }

  @Test func `what is not named has the settings of most Norwegian meters`() throws {
    let run = try #require(try LoggerCommand.parseAsRoot(["run", "--serial-port", "/dev/ttyUSB0"]) as? RunCommand)
    var expected = Settings()
    expected.inputs = [InputSettings(name: "main", source: .serial("/dev/ttyUSB0"))]
    #expect(try run.settings() == expected)
    #expect(expected.inputs[0].baudrate == 2400 && expected.inputs[0].parity == SerialInput.Parity.none)
    #expect(expected.commitInterval == 10 && expected.database == "ams.sqlite" && expected.timezone == nil)
  }

  @Test func `settings of hass-AMS are taken by its names and values`() throws {
    let arguments = [
      "run", "--serial-port", "/dev/ttyUSB0", "--baudrate", "115200", "--parity", "E", "--meter-manufacturer",
      "kaifa_se",
    ]
    let run = try #require(try LoggerCommand.parseAsRoot(arguments) as? RunCommand)
    let input = try run.settings().inputs[0]
    #expect(input.source == .serial("/dev/ttyUSB0"))
    #expect(input.baudrate == 115200)
    #expect(input.parity == .even)
    #expect(input.manufacturer == Manufacturer(rawValue: "kaifa_se"))
    let help = LoggerCommand.helpMessage(for: RunCommand.self, columns: 200)
    for name in ["serial-port", "baudrate", "parity", "meter-manufacturer"] {
      #expect(help.contains("--\(name)"), "\(help)")
    }
    for value in ["2400", "N, E or O", "auto", "aidon_se", "kamstrup"] { #expect(help.contains(value), "\(help)") }
  }

  @Test func `a number of a meter may look like a number`() throws {
    let arguments = ["run", "--stdin", "--meter-id", "6970631400000018", "--database", "2026"]
    let run = try #require(try LoggerCommand.parseAsRoot(arguments) as? RunCommand)
    #expect(try run.settings().inputs[0].meterID == "6970631400000018")
    #expect(try run.settings().database == "2026")
  }

  @Test func `a zone that is not known is told with what is wanted`() throws {
    let replay = try #require(
      try LoggerCommand.parseAsRoot(["replay", "a.capture", "--timezone", "Mars/Olympus"]) as? ReplayCommand)
    #expect {
      try replay.log.zone()
    } throws: { error in
      "\(error)" == "timezone Mars/Olympus is not known; use a name such as Europe/Oslo"
    }
  }
}
