import ArgumentParser
import Frames

/// The settings of the log, as options. They mean what they mean in a settings file.
struct GlobalFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp("The SQLite file; it is made if it is not there. (default: ams.sqlite)", valueName: "file"))
  var database: String?
  @Option(
    help: ArgumentHelp(
      "The time zone of the meters; without it that of the log, for a new one Europe/Oslo. The host's is never read.",
      valueName: "zone"))
  var timezone: String?
  @Option(
    help: ArgumentHelp(
      "Seconds that samples may wait for their commit; 60 spares an SD card. Registers never wait. (default: 10)",
      valueName: "seconds"))
  var commitInterval: String?
  @Option(help: ArgumentHelp("Days that samples are kept; 0: for ever. (default: 730)", valueName: "days"))
  var sampleDays: String?
  @Option(help: ArgumentHelp("Hours that raw octets are kept; 0: not at all. (default: 24)", valueName: "hours"))
  var rawHours: String?
  @Option(
    help: ArgumentHelp(
      "The Unix socket for the newest readings; \"\": none. (default: the database's name and .socket)",
      valueName: "path"))
  var socket: String?
  @Option(help: ArgumentHelp("What the shell is to run when an alarm begins or ends.", valueName: "command"))
  var alarmCommand: String?
  @Option(help: ArgumentHelp("Minutes without a message that make an alarm. (default: 15)", valueName: "minutes"))
  var alarmAfter: String?
  @Option(help: ArgumentHelp("With less free on the disk, samples wait. (default: 50)", valueName: "MB"))
  var minFree: String?

  private var given: [(GlobalSetting, String?)] {
    [
      (.database, database), (.timezone, timezone), (.commitInterval, commitInterval), (.sampleDays, sampleDays),
      (.rawHours, rawHours), (.socket, socket), (.alarmCommand, alarmCommand), (.alarmAfter, alarmAfter),
      (.minFree, minFree),
    ]
  }

  /// Puts what was given in the place of the settings.
  func override(_ settings: inout Settings) throws(SettingError) {
    for (setting, text) in given {
      guard let text else { continue }
      do throws(BadValue) {
        try setting.take(Value(flag: text), &settings)
      } catch {
        throw SettingError(flag: setting.rawValue, error)
      }
    }
  }
}

/// The settings of one input, as options.
struct InputFlags: ParsableArguments {
  @Option(help: ArgumentHelp("A serial port with an M-Bus or P1 adapter; auto: any.", valueName: "device"))
  var serialPort: String?
  @Option(help: ArgumentHelp("A TCP port that passes on raw octets, such as ser2net.", valueName: "host:port"))
  var tcp: String?
  @Flag(name: .customLong("stdin"), help: "Read raw octets from standard input.")
  var standardInput = false
  @Option(help: "Bits a second: 2400 for M-Bus, 115200 for P1; auto: found out. (default: 2400)")
  var baudrate: String?
  @Option(help: "N, E or O; auto: found out. N reads most lines that are sent with parity, too. (default: N)")
  var parity: String?
  @Option(
    help:
      "Accept the lists of one maker alone: \(Manufacturer.allCases.map(\.rawValue).joined(separator: ", ")). (default: auto)"
  )
  var meterManufacturer: String?
  @Option(
    help: ArgumentHelp(
      "The meter's number, for lists that carry none (Aidon in Sweden, P1 telegrams).", valueName: "number"))
  var meterId: String?
  @Option(
    help: ArgumentHelp(
      "A file with the keys of encrypted meters, of mode 0600.",
      discussion: "Lines: encryption_key = 32 hex digits, authentication_key = 32 hex digits.", valueName: "file"))
  var keyFile: String?
  @Option(help: "A name for the input, kept beside its meters; of a settings file, this one alone. (default: main)")
  var input: String?

  private var given: [(InputSetting, String?)] {
    [
      (.serialPort, serialPort), (.tcp, tcp), (.baudrate, baudrate), (.parity, parity),
      (.meterManufacturer, meterManufacturer), (.meterID, meterId), (.keyFile, keyFile),
    ]
  }

  /// Puts what was given in the place of the settings of the one input that is meant.
  func override(_ settings: inout Settings) throws(SettingError) {
    let isGiven = standardInput || given.contains { $0.1 != nil }
    let oneInput = SettingError(
      description: "name one input: --serial-port, --tcp or --stdin, or a --config file with one")
    guard [serialPort != nil, tcp != nil, standardInput].filter({ $0 }).count <= 1 else { throw oneInput }
    if settings.inputs.isEmpty {
      guard serialPort != nil || tcp != nil || standardInput else { throw oneInput }
      settings.inputs = [InputSettings(name: input ?? "main")]
    } else if let input {
      settings.inputs.removeAll { $0.name != input }
      guard !settings.inputs.isEmpty else {
        throw SettingError(description: "--input \(input): the settings file names no such input")
      }
    }
    guard isGiven else { return }
    guard settings.inputs.count == 1 else {
      throw SettingError(description: "the settings file has several inputs: say with --input which one is meant")
    }
    for (setting, text) in given {
      guard let text else { continue }
      do throws(BadValue) {
        try setting.take(Value(flag: text), &settings.inputs[0])
      } catch {
        throw SettingError(flag: setting.rawValue, error)
      }
    }
    if standardInput { settings.inputs[0].source = .standardInput }
    do throws(InputError) {
      try settings.inputs[0].checkSpeed()
    } catch {
      throw SettingError(description: "--baudrate: \(error)")
    }
  }
}

extension SettingError {
  fileprivate init(flag name: String, _ error: BadValue) {
    self.init(description: "--\(name.replacing("_", with: "-")) \(error.reason)")
  }
}
