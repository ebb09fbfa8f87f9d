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

  /// - Parameter remembered: the line on which its messages were found before.
  init(_ settings: InputSettings, zone: Zone, remembered: StoredLine?) throws {
    name = settings.name
    form = settings.form
    source = try RunInput.source(settings, remembered)
    let decryptor =
      try settings.keyFile.map { APDUDecryptor(keys: try KeyFile.read($0), cipher: CryptoGCM()) } ?? APDUDecryptor()
    pipeline = Pipeline(
      input: settings.name, zone: zone, manufacturer: settings.manufacturer, meter: settings.meterID,
      decryptor: decryptor, lineTime: settings.form.time)
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
