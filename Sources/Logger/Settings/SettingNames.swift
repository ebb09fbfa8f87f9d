import Frames
import Metering
import TOMLKit

/// Why a value can't be; it follows the name of its setting in a sentence.
struct BadValue: Error {
  let reason: String
}

/// A value of a settings file.
struct Value {
  private let value: any TOMLValueConvertible
  /// On the command line a number is a text, too.
  private let isFlag: Bool

  init(_ value: any TOMLValueConvertible) {
    self.value = value
    isFlag = false
  }

  /// A value on the command line.
  init(flag text: String) {
    value = text
    isFlag = true
  }

  func text() throws(BadValue) -> String {
    guard let text = value.string else { throw wrong("a text in quotes") }
    return text
  }

  func number(_ range: ClosedRange<Int>, _ unit: String) throws(BadValue) -> Int {
    let known = isFlag ? value.string.flatMap { Int($0) } : value.int
    guard let number = known, range.contains(number) else {
      throw wrong("a whole number from \(range.lowerBound) to \(range.upperBound), in \(unit)")
    }
    return number
  }

  /// The number may stand in quotes, as hass-AMS writes some.
  func numberOrText(_ range: ClosedRange<Int>, _ unit: String) throws(BadValue) -> Int {
    if let number = value.string.flatMap({ Int($0) }), range.contains(number) { return number }
    return try number(range, unit)
  }

  /// Nil for the word "auto".
  func numberOrAuto(_ range: ClosedRange<Int>, _ unit: String) throws(BadValue) -> Int? {
    if value.string == "auto" { return nil }
    return try number(range, unit)
  }

  func flag() throws(BadValue) -> Bool {
    guard let flag = value.bool else { throw wrong("true or false") }
    return flag
  }

  func wrong(_ expected: String) -> BadValue {
    let shown = isFlag ? value.string ?? "" : value.debugDescription
    return BadValue(reason: "can't be \(shown): it is \(expected)")
  }
}

/// The settings of the program as a whole.
enum GlobalSetting: String, CaseIterable {
  case database
  case timezone
  case commitInterval = "commit_interval"
  case sampleDays = "sample_days"
  case rawHours = "raw_hours"
  case socket
  case alarmCommand = "alarm_command"
  case alarmAfter = "alarm_after"
  case minFree = "min_free"

  func take(_ value: Value, _ settings: inout Settings) throws(BadValue) {
    switch self {
    case .database:
      settings.database = try value.text()
      if settings.database.isEmpty { throw value.wrong("the name of a file") }
    case .timezone:
      let name = try value.text()
      guard Zone(named: name) != nil else { throw value.wrong("a name such as \"Europe/Oslo\"") }
      settings.timezone = name
    case .commitInterval: settings.commitInterval = try value.number(1...3600, "seconds")
    case .sampleDays:
      settings.sampleDays = try value.number(0...100_000, "days; 0 is for ever")
      if (1..<8).contains(settings.sampleDays) { throw value.wrong("8 days or more; 0 is for ever") }
    case .rawHours: settings.rawHours = try value.number(0...240, "hours; 0 keeps none")
    case .socket: settings.socket = try value.text()
    case .alarmCommand:
      let command = try value.text()
      settings.alarmCommand = command.isEmpty ? nil : command
    case .alarmAfter: settings.alarmAfter = try value.number(1...1440, "minutes")
    case .minFree: settings.minFree = try value.number(0...1_000_000, "MB")
    }
  }
}

/// The settings of one input. Those of hass-AMS have its names.
enum InputSetting: String, CaseIterable {
  case name
  case serialPort = "serial_port"
  case baudrate
  case parity
  case tcp
  case tcpHost = "tcp_host"
  case tcpPort = "tcp_port"
  case standardInput = "stdin"
  case networkProtocol = "protocol"
  case meterManufacturer = "meter_manufacturer"
  case meterID = "meter_id"
  case keyFile = "key_file"

  func take(_ value: Value, _ input: inout InputSettings) throws(BadValue) {
    switch self {
    case .name:
      input.name = try value.text()
      if input.name.isEmpty || input.name.utf8.count > 40 { throw value.wrong("a name of 1 to 40 letters") }
    case .serialPort:
      let port = try value.text()
      guard !port.isEmpty else { throw value.wrong("a port such as /dev/ttyUSB0, or \"auto\"") }
      // hass-AMS keeps the description of the port behind its path.
      input.source = port == "auto" ? .anySerial : .serial(port.split(separator: ": ").first.map(String.init) ?? port)
    case .baudrate: input.baudrate = try value.numberOrAuto(50...100_000_000, "bits a second, or \"auto\"")
    case .parity:
      let word = try value.text()
      guard word != "auto" else { return input.parity = nil }
      guard let parity = SerialInput.Parity(rawValue: word) else {
        throw value.wrong("\"N\", \"E\", \"O\" or \"auto\"")
      }
      input.parity = parity
    case .tcp:
      let text = try value.text()
      do throws(InputError) {
        input.source = .tcp(try TCPAddress(text))
      } catch {
        throw BadValue(reason: "is wrong: \(error)")
      }
    // Taken together when both are known.
    case .tcpHost: _ = try value.text()
    case .tcpPort: _ = try value.numberOrText(1...65535, "the number of a port")
    case .standardInput: if try value.flag() { input.source = .standardInput }
    case .networkProtocol:
      guard ["serial", "tcp_ip"].contains(try value.text()) else { throw value.wrong("\"serial\" or \"tcp_ip\"") }
    case .meterManufacturer:
      guard let maker = Manufacturer(rawValue: try value.text()) else {
        throw value.wrong("one of \(Manufacturer.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))")
      }
      input.manufacturer = maker
    case .meterID:
      let number = try value.text()
      input.meterID = number.isEmpty ? nil : number
    case .keyFile:
      let path = try value.text()
      input.keyFile = path.isEmpty ? nil : path
    }
  }
}
