import Foundation
import Metering

/// The line of JSON that a status travels in. Names in snake case, in the order of the alphabet, instants as in captures.
extension LoggerStatus {
  /// `{"alarms":[],"database":{…},"inputs":[…],"type":"status",…}`, one line.
  var json: String { jsonLine(Typed(type: "status", body: self)) }

  /// Nil unless `line` is the status of a logger.
  init?(json line: String) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let typed = try? decoder.decode(Typed<LoggerStatus>.self, from: Data(line.utf8)), typed.type == "status"
    else { return nil }
    self = typed.body
  }
}

/// A value and what it is, in one object.
struct Typed<Body: Codable>: Codable {
  let type: String
  let body: Body

  private enum Key: CodingKey { case type }

  init(type: String, body: Body) {
    self.type = type
    self.body = body
  }

  init(from decoder: any Decoder) throws {
    type = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .type)
    body = try Body(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(type, forKey: .type)
    try body.encode(to: encoder)
  }
}

/// One line of JSON.
func jsonLine(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  } catch {
    return #"{"type":"error","text":\#(jsonText("\(error)"))}"#
  }
}

extension UTCTime: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let time = UTCTime(iso8601: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no instant")
    }
    self = time
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(iso8601WithMilliseconds)
  }
}
