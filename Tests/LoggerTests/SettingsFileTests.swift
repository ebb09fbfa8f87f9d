import ArgumentParser
import Foundation
import Frames
import TestSupport
import Testing

@testable import Logger

@Suite struct `Settings file` {
  private func read(_ text: String) throws -> Settings { try SettingsFile(path: "a.toml", text: text).settings(text) }

  private func refusal(of text: String) -> String? {
    do {
      _ = try read(text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `the documented file holds all settings, each with its default`() throws {
    let path = String(#filePath.split(separator: "Tests/")[0]) + "docs/ams-logger.toml"
    let settings = try SettingsFile.read(path)
    var expected = Settings()
    expected.timezone = "Europe/Oslo"
    expected.inputs = [InputSettings(name: "main", source: .anySerial)]
    #expect(settings == expected)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for name in GlobalSetting.allCases.map(\.rawValue) + InputSetting.allCases.map(\.rawValue) {
      // `protocol` says nothing, and `stdin` is for the command line.
      guard !["protocol", "stdin"].contains(name) else { continue }
      #expect(text.contains(name), "\(name) is not documented")
    }
  }

  @Test func `several inputs, each with its own settings`() throws {
    let settings = try read(
      """
      database = "/var/lib/ams-logger/ams.sqlite"
      commit_interval = 60
      [[input]]
      name = "house"
      serial_port = "/dev/ttyUSB0"
      baudrate = "auto"
      parity = "auto"
      [[input]]
      name = "cabin"
      tcp = "[2001:db8::7]:2001"
      meter_manufacturer = "kamstrup"
      meter_id = "5706567000000000"
      """)
    #expect(settings.database == "/var/lib/ams-logger/ams.sqlite")
    #expect(settings.commitInterval == 60)
    #expect(settings.inputs.map(\.name) == ["house", "cabin"])
    #expect(settings.inputs[0].isSearched && !settings.inputs[1].isSearched)
    #expect(settings.inputs[0].baudrate == nil && settings.inputs[0].parity == nil)
    let address = try TCPAddress("[2001:db8::7]:2001")
    #expect(settings.inputs[1].source == .tcp(address))
    #expect(settings.inputs[1].manufacturer == .kamstrup && settings.inputs[1].meterID == "5706567000000000")
  }

  @Test(arguments: [
    ("protocol = \"serial\"\nserial_port = \"/dev/ttyUSB0: USB Serial\"\n", "/dev/ttyUSB0"),
    ("serial_port = \"/dev/ttyUSB1\"", "/dev/ttyUSB1"),
  ])
  func `the settings of hass-AMS stand as they are`(start: String, port: String) throws {
    let settings = try read(start + "\nbaudrate = 2400\nparity = \"E\"\nmeter_manufacturer = \"aidon_se\"\n")
    let input = InputSettings(source: .serial(port), baudrate: 2400, parity: .even, manufacturer: .aidonSE)
    #expect(settings.inputs == [input])
  }

  @Test func `host and port of hass-AMS are a TCP address`() throws {
    let settings = try read("protocol = \"tcp_ip\"\ntcp_host = \"meter.local\"\ntcp_port = 2001\n")
    let address = try TCPAddress("meter.local:2001")
    #expect(settings.inputs == [InputSettings(source: .tcp(address))])
  }

  @Test func `a number of a port may stand in quotes, and a standard input that is not wanted beside another`() throws {
    let settings = try read("tcp_host = \"meter.local\"\ntcp_port = \"2001\"\nstdin = false\n")
    let address = try TCPAddress("meter.local:2001")
    #expect(settings.inputs == [InputSettings(source: .tcp(address))])
  }

  @Test(arguments: [
    ("commit_intervall = 10", "a.toml, line 1: commit_intervall is no setting; is it commit_interval?"),
    ("# one\n\ncolour = \"red\"", "a.toml, line 3: colour is no setting All"),
    (
      "commit_interval = 0",
      "a.toml, line 1: commit_interval can't be 0: it is a whole number from 1 to 3600, in seconds"
    ),
    ("commit_interval = \"10\"", "a.toml, line 1: commit_interval can't be \"10\": it is a whole number"),
    ("timezone = \"Oslo\"", "a.toml, line 1: timezone can't be \"Oslo\": it is a name such as \"Europe/Oslo\""),
    ("database = 5", "a.toml, line 1: database can't be 5: it is a text in quotes"),
    ("database = ams.sqlite", "a.toml, line 1: "),
    ("[[input]]\nname = \"a\"\nserial_port = \"x\"\nspeed = 5", "a.toml, line 4: speed is no setting"),
    (
      "[[input]]\nserial_port = \"x\"\n[[input]]\nserial_port = \"y\"\nparity = \"M\"",
      "a.toml, line 5: parity can't be \"M\""
    ),
    ("[[input]]\nserial_port = \"x\"\nbaudrate = 2401", "a.toml, line 3: baudrate x: 2401 is not a speed"),
    (
      "[[input]]\nserial_port = \"auto\"\nbaudrate = 2401",
      "a.toml, line 3: baudrate serial port auto: 2401 is not a speed"
    ),
    (
      "protocol = \"tcp_ip\"\nserial_port = \"x\"",
      "a.toml, line 1: protocol is \"tcp_ip\", but what is named is a serial_port"
    ),
    (
      "[[input]]\ntcp = \"a:1\"\nprotocol = \"serial\"",
      "a.toml, line 3: protocol is \"serial\", but what is named is a TCP address"
    ),
    ("serial_port = \"x\"\ntcp_port = 2001", "a.toml, line 2: tcp_port has no tcp_host beside it"),
    ("tcp_host = \"a\"\ntcp_port = \"b\"", "a.toml, line 2: tcp_port can't be \"b\": it is a whole number"),
    ("stdin = false", "a.toml, line 1: the input has no source"),
    ("[[input]]\nname = \"a\"\n", "a.toml, line 1: the input has no source"),
    ("[[input]]\nserial_port = \"x\"\ntcp = \"a:1\"", "a.toml, line 3: tcp stands beside serial_port"),
    ("[[input]]\ntcp = \"a\"", "a.toml, line 2: tcp is wrong: a: has no port"),
    ("[[input]]\ntcp_host = \"a\"", "a.toml, line 2: tcp_host a:: the port is not a number from 1 to 65535"),
    ("serial_port = \"x\"\n[[input]]\nserial_port = \"y\"", "a.toml, line 1: serial_port belongs to one input"),
    (
      "[[input]]\nname = \"a\"\nserial_port = \"x\"\n[[input]]\nname = \"a\"\nserial_port = \"y\"",
      "a.toml, line 5: name \"a\" is the name of another input, too"
    ),
    ("[input]\nserial_port = \"x\"", "a.toml, line 1: input is no table: write [[input]] with double brackets"),
  ])
  func `what can't be is refused by name and line`(text: String, reason: String) throws {
    let refusal = try #require(self.refusal(of: text))
    #expect(refusal.hasPrefix(reason), "\(refusal)")
  }

  @Test func `options go before the file`() throws {
    try withScratchFolder { folder in
      let path = folder + "/a.toml"
      let text =
        "commit_interval = 60\n[[input]]\nname = \"house\"\nserial_port = \"/dev/ttyUSB0\"\n[[input]]\nname = \"cabin\"\ntcp = \"a:1\"\n"
      try text.write(toFile: path, atomically: false, encoding: .utf8)
      func settings(_ arguments: String...) throws -> Settings {
        let run = try #require(try LoggerCommand.parseAsRoot(["run", "--config", path] + arguments) as? RunCommand)
        return try run.settings()
      }
      #expect(try settings().inputs.count == 2)
      #expect(try settings("--commit-interval", "5").commitInterval == 5)
      let address = try TCPAddress("b:2")
      let cabin = try settings("--input", "cabin", "--tcp", "b:2")
      #expect(cabin.inputs.map(\.name) == ["cabin"] && cabin.inputs[0].source == .tcp(address))
      #expect(throws: SettingError.self) { _ = try settings("--baudrate", "115200") }
      #expect(throws: SettingError.self) { _ = try settings("--input", "barn") }
    }
  }
}
