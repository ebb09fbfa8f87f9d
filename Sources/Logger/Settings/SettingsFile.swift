import Glibc
import Metering
import TOMLKit

/// Reads `ams-logger.toml`: settings of the program, and a table `[[input]]` for each input.
///
/// The settings of one input may also stand at the top, as those of hass-AMS do. Errors name the file, the line and the setting;
/// a setting that is not known is one, since a slip of the pen must not pass for a default.
struct SettingsFile {
  private let path: String
  private let lines: SettingLines

  /// The settings in a file.
  static func read(_ path: String) throws(SettingError) -> Settings {
    let number = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard number >= 0 else { throw SettingError(description: "\(path): cannot be opened: \(SystemError(errno))") }
    var reader = ChunkReader(Descriptor(owning: number), chunk: 64 * 1024, stop: nil)
    do throws(SystemError) {
      while try reader.fill() {
        guard reader.unread.count <= longest else { throw SystemError(EFBIG) }
      }
    } catch {
      throw SettingError(description: "\(path): cannot be read: \(error)")
    }
    let text = String(decoding: reader.unread, as: UTF8.self)
    return try SettingsFile(path: path, text: text).settings(text)
  }

  /// Octets; nobody writes more.
  private static let longest = 1 << 20

  init(path: String, text: String) {
    self.path = path
    lines = SettingLines(text)
  }

  func settings(_ text: String) throws(SettingError) -> Settings {
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw SettingError(description: "\(path), line \(error.source.begin.line): \(error.description)")
    } catch {
      throw SettingError(description: "\(path): \(error)")
    }
    var settings = Settings()
    var single = InputSettings()
    var singleKeys: [String] = []
    for key in lines.sorted(table.keys, in: .top) where key != "input" {
      guard let value = table[key] else { continue }
      if let setting = GlobalSetting(rawValue: key) {
        try told(key, .top) { () throws(BadValue) in try setting.take(Value(value), &settings) }
      } else if let setting = InputSetting(rawValue: key), setting != .name {
        try told(key, .top) { () throws(BadValue) in try setting.take(Value(value), &single) }
        singleKeys.append(key)
      } else {
        throw unknown(key, .top, GlobalSetting.allCases.map(\.rawValue) + InputSetting.allCases.map(\.rawValue))
      }
    }
    settings.inputs = try inputs(table)
    if let first = singleKeys.first {
      guard settings.inputs.isEmpty else {
        throw error(first, .top, "belongs to one input: move it below the [[input]] that it is meant for")
      }
      try complete(&single, table, .top)
      settings.inputs = [single]
    }
    return settings
  }

  private func inputs(_ table: TOMLTable) throws(SettingError) -> [InputSettings] {
    guard let value = table["input"] else { return [] }
    guard let array = value.array else {
      throw error("input", .top, "is no table: write [[input]] with double brackets")
    }
    var inputs: [InputSettings] = []
    for index in 0..<array.count {
      let place = SettingLines.Place.input(index)
      guard let table = array[index].table else { throw error("input", .top, "is no table: write [[input]]") }
      var input = InputSettings()
      input.name = array.count == 1 ? "main" : "input\(index + 1)"
      for key in lines.sorted(table.keys, in: place) {
        guard let value = table[key] else { continue }
        guard let setting = InputSetting(rawValue: key) else {
          throw unknown(key, place, InputSetting.allCases.map(\.rawValue))
        }
        try told(key, place) { () throws(BadValue) in try setting.take(Value(value), &input) }
      }
      try complete(&input, table, place)
      if inputs.contains(where: { $0.name == input.name }) {
        throw error("name", place, "\"\(input.name)\" is the name of another input, too")
      }
      inputs.append(input)
    }
    return inputs
  }

  /// What can be said of an input only when all of it is known.
  private func complete(
    _ input: inout InputSettings, _ table: TOMLTable, _ place: SettingLines.Place
  ) throws(SettingError) {
    if let host = table["tcp_host"]?.string {
      let port = table["tcp_port"].flatMap { $0.int.map(String.init) ?? $0.string } ?? ""
      do throws(InputError) {
        input.source = .tcp(try TCPAddress("\(host.contains(":") ? "[\(host)]" : host):\(port)"))
      } catch {
        throw self.error("tcp_host", place, "\(error)")
      }
    }
    if table["tcp_port"] != nil, table["tcp_host"] == nil {
      throw error("tcp_port", place, "has no tcp_host beside it: name the host, or write tcp = \"HOST:PORT\"")
    }
    let named = ["serial_port", "tcp", "tcp_host", "stdin"].filter { table[$0] != nil && table[$0]?.bool != false }
    guard named.count <= 1 else {
      throw error(named[1], place, "stands beside \(named[0]): an input has one of the two")
    }
    guard input.source != nil else {
      let line = place == .top ? 1 : lines.line(of: "input", in: place) ?? 1
      throw SettingError(
        description: "\(path), line \(line): the input has no source: name serial_port, tcp, or tcp_host with tcp_port")
    }
    if let reason = input.wrongProtocol(table["protocol"]?.string) { throw error("protocol", place, reason) }
    do throws(InputError) {
      try input.checkSpeed()
    } catch {
      throw self.error("baudrate", place, "\(error)")
    }
  }

  // MARK: Errors

  private func told(
    _ key: String, _ place: SettingLines.Place, _ body: () throws(BadValue) -> Void
  ) throws(SettingError) {
    do throws(BadValue) {
      try body()
    } catch {
      throw self.error(key, place, error.reason)
    }
  }

  private func error(_ key: String, _ place: SettingLines.Place, _ reason: String) -> SettingError {
    let line = lines.line(of: key, in: place).map { ", line \($0)" } ?? ""
    return SettingError(description: "\(path)\(line): \(key) \(reason)")
  }

  private func unknown(_ key: String, _ place: SettingLines.Place, _ known: [String]) -> SettingError {
    let near = known.min { $0.distance(to: key) < $1.distance(to: key) }
    let hint = near.flatMap { $0.distance(to: key) <= 3 ? "; is it \($0)?" : nil } ?? ""
    return error(key, place, "is no setting\(hint) All of them stand in docs/ams-logger.toml")
  }
}

extension String {
  /// How many letters must be put in, taken out or changed to make `other` of it.
  fileprivate func distance(to other: String) -> Int {
    var row = Array(0...other.utf8.count)
    for (index, letter) in utf8.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (place, second) in other.utf8.enumerated() {
        let change = diagonal + (letter == second ? 0 : 1)
        diagonal = row[place + 1]
        row[place + 1] = Swift.min(change, row[place] + 1, diagonal + 1)
      }
    }
    return row[row.count - 1]
  }
}
