import ArgumentParser
import Frames
import Metering
import Store

/// Which log, and how its time is read.
struct LogOptions: ParsableArguments {
  @Option(help: "The SQLite file; it is made if it is not there.")
  var database = "ams.sqlite"

  @Option(
    help: ArgumentHelp(
      "The time zone of the meter; without it that of the log, for a new one Europe/Oslo. The host's is never read.",
      valueName: "zone"))
  var timezone: String?

  @Option(help: "A name for the input, kept beside its meters.")
  var input = "main"

  func zone() throws -> Zone {
    let name = timezone ?? LogReader.zoneName(path: database) ?? "Europe/Oslo"
    guard let zone = Zone(named: name) else {
      throw SettingError(description: "timezone \(name) is not known; use a name such as Europe/Oslo")
    }
    return zone
  }
}

/// Where live octets come from. The names are those of hass-AMS where they mean the same.
struct SourceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A serial port with an M-Bus or P1 adapter.", valueName: "device"))
  var serialPort: String?

  @Option(help: ArgumentHelp("A TCP port that passes on raw octets, such as ser2net.", valueName: "host:port"))
  var tcp: String?

  @Flag(name: .customLong("stdin"), help: "Read raw octets from standard input.")
  var standardInput = false

  @OptionGroup var line: LineOptions

  func validate() throws {
    let chosen = [serialPort != nil, tcp != nil, standardInput].filter { $0 }.count
    guard chosen == 1 else {
      throw ValidationError("name one input: --serial-port, --tcp or --stdin")
    }
  }

  func source() throws(InputError) -> any InputSource {
    if let serialPort {
      return try SerialInput(path: serialPort, baudrate: line.form().baudrate, parity: line.form().parity)
    }
    if let tcp { return TCPInput(try TCPAddress(tcp)) }
    return StandardInput()
  }
}

/// The speed and form of the line. For a replay they say how long an octet took, in the place of what the capture says.
struct LineOptions: ParsableArguments {
  @Option(help: "Bits a second: 2400 for M-Bus, 115200 for P1. (default: 2400; of a replay, what the capture says)")
  var baudrate: Int?

  @Option(
    help:
      "N, E or O. N reads most lines that are sent with parity, too. (default: N; of a replay, what the capture says)")
  var parity: SerialInput.Parity?

  func validate() throws {
    guard (baudrate ?? 1) > 0 else { throw ValidationError("--baudrate must be a positive number") }
  }

  /// What was given, on what is known otherwise.
  func form(of known: LineForm = LineForm()) -> LineForm {
    LineForm(baudrate: baudrate ?? known.baudrate, parity: parity ?? known.parity)
  }
}

struct ManufacturerOptions: ParsableArguments {
  @Option(
    help: "Accept the lists of one maker alone: \(Manufacturer.allCases.map(\.rawValue).joined(separator: ", ")).")
  var meterManufacturer = Manufacturer.auto
}

/// What there is to know about the meter that its lists do not say.
struct MeterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The meter's number, for lists that carry none (Aidon in Sweden, P1 telegrams).", valueName: "number"))
  var meterId: String?

  @OptionGroup var manufacturer: ManufacturerOptions
  @OptionGroup var keys: KeyOptions

  func pipeline(input: String, zone: Zone, lineTime: LineTime) throws -> Pipeline {
    Pipeline(
      input: input, zone: zone, manufacturer: manufacturer.meterManufacturer, meter: meterId,
      decryptor: try keys.decryptor(), lineTime: lineTime)
  }
}

extension Manufacturer: ExpressibleByArgument {}
extension SerialInput.Parity: ExpressibleByArgument {}
