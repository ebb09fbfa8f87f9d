import Frames
import Metering
import Store

/// An input as its settings say, ready to be read.
struct RunInput {
  let name: String
  let source: any InputSource
  let pipeline: Pipeline
  /// Of its line, as far as the settings say.
  let form: LineForm

  init(name: String, source: any InputSource, pipeline: Pipeline, form: LineForm = LineForm()) {
    self.name = name
    self.source = source
    self.pipeline = pipeline
    self.form = form
  }

  /// - Parameters:
  ///   - remembered: the line on which its messages were found before.
  ///   - last: the meter that was heard there before.
  init(_ settings: InputSettings, zone: Zone, remembered: StoredLine? = nil, last: MeterIdentity? = nil) throws {
    name = settings.name
    form = settings.form
    source = try RunInput.source(settings, remembered)
    let decryptor =
      try settings.keyFile.map { APDUDecryptor(keys: try KeyFile.read($0), cipher: CryptoGCM()) } ?? APDUDecryptor()
    pipeline = Pipeline(
      input: settings.name, zone: zone, manufacturer: settings.manufacturer, meter: settings.meterID, last: last,
      decryptor: decryptor, lineTime: settings.form.time)
  }

  /// Throws what is wrong when not one of the inputs can be read: of several, one that is wrong does not keep the others.
  static func check(_ inputs: [InputSettings], zone: Zone) throws {
    var first: (any Error)?
    for settings in inputs {
      do {
        _ = try RunInput(settings, zone: zone)
        return
      } catch {
        first = first ?? error
      }
    }
    if let first { throw first }
  }

  /// All inputs, with what the log knows of them. One whose settings are wrong stays among them as one that cannot be opened: so
  /// it is told of, and alarms.
  static func all(_ inputs: [InputSettings], zone: Zone, writer: LogWriter) throws -> [RunInput] {
    try inputs.map { settings in
      let remembered = settings.isSearched ? try writer.line(of: settings.name) : nil
      let last = try writer.meter(at: settings.name)
      do {
        return try RunInput(settings, zone: zone, remembered: remembered, last: last)
      } catch {
        guard inputs.count > 1 else { throw error }
        let source = BrokenInput(name: "input \(settings.name)", reason: "\(error); left out until the next start")
        let pipeline = Pipeline(input: settings.name, zone: zone, lineTime: settings.form.time)
        return RunInput(name: settings.name, source: source, pipeline: pipeline)
      }
    }
  }

  private static func source(_ settings: InputSettings, _ remembered: StoredLine?) throws -> any InputSource {
    switch settings.source {
    case .tcp(let address): return TCPInput(address)
    case .standardInput: return StandardInput()
    case .serial(let port):
      if let baudrate = settings.baudrate, let parity = settings.parity {
        return try SerialInput(path: port, baudrate: baudrate, parity: parity)
      }
      return search(port, settings, remembered)
    case .anySerial: return search(nil, settings, remembered)
    case nil:
      throw SettingError(description: "input \(settings.name) has no source: name a serial port or a TCP address")
    }
  }

  private static func search(_ port: String?, _ settings: InputSettings, _ remembered: StoredLine?) -> LineSearch {
    let line = remembered.flatMap { line in
      SerialInput.Parity(rawValue: line.parity).map {
        LineChoice(port: line.port, baudrate: line.baudrate, parity: $0)
      }
    }
    return LineSearch(port: port, baudrate: settings.baudrate, parity: settings.parity, remembered: line)
  }
}
