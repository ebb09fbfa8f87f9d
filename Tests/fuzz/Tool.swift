import Foundation
import Frames
import Metering

/// Seeds and corpora on disk, in the same program as the targets, so that modules are compiled once.
///
///     fuzz seeds FOLDER FIXTURE.swift...   an input for each fixture: FOLDER/<target>/seed-<n>
///     fuzz unpack CORPUS.hex FOLDER        a file for each line
///     fuzz pack FOLDER CORPUS.hex          a line for each file, sorted
enum Tool {
  /// Whether the arguments were for it.
  static func run(_ arguments: [String]) throws -> Bool {
    switch arguments.dropFirst().first {
    case "seeds" where arguments.count > 3: try writeSeeds(to: arguments[2], from: Array(arguments[3...]))
    case "unpack" where arguments.count == 4: try unpack(arguments[2], to: arguments[3])
    case "pack" where arguments.count == 4: try pack(arguments[2], to: arguments[3])
    default: return false
    }
    return true
  }

  private static func writeSeeds(to folder: String, from sources: [String]) throws {
    var seeds: [String: [[UInt8]]] = [:]
    var frames: [[UInt8]] = []
    var telegrams: [[UInt8]] = []
    for source in sources {
      let blocks = try textBlocks(source)
      frames += blocks.filter { $0.hasPrefix("7E ") }.map { octets($0) }
      telegrams += blocks.filter { $0.hasPrefix("0-0:") }.flatMap { lines in
        ["0213", ""].map { wire("/TST5EXAMPLE-01\n\n\(lines)\n!\($0)\n") }
      }
    }
    for frame in frames where frame.first == 0x7E {
      // A read of five octets, silence between.
      seeds["stream", default: []].append([0x84] + frame)
      guard let information = information(frame) else { continue }
      seeds["apdu", default: []].append(information)
      if let notification = try? DataNotification(information.span, in: 0..<information.count) {
        seeds["lists", default: []].append(Array(information[notification.body]))
        seeds["gcm", default: []].append([0] + sealed(Array(information[3...]), security: 0x30))
        seeds["gcm", default: []].append([1] + sealed(Array(information[3...]), security: 0x20))
      }
    }
    seeds["stream", default: []].append([0x04] + frames.prefix(6).joined())
    seeds["stream", default: []] += telegrams.map { [0x91] + $0 }
    seeds["gcm", default: []].append([4] + CipheredMessage().information)
    seeds["apdu", default: []].append(CipheredMessage().information)
    seeds["p1"] = telegrams
    for (target, inputs) in seeds {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(target)", withIntermediateDirectories: true)
      for (number, input) in inputs.enumerated() {
        try Data(input).write(to: URL(fileURLWithPath: "\(folder)/\(target)/seed-\(number)"))
      }
    }
  }

  /// The texts between two `"""` in a Swift file, without their indentation: frames in hex, lines of telegrams.
  private static func textBlocks(_ path: String) throws -> [String] {
    let parts = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\"\"\"")
    return stride(from: 1, to: parts.count, by: 2).map { part in
      parts[part].split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        .joined(separator: "\n")
    }
  }

  private static func wire(_ text: String) -> [UInt8] { text.utf8.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } }

  /// The information field of a frame whose header holds.
  private static func information(_ frame: [UInt8]) -> [UInt8]? {
    var deframer = Deframer()
    deframer.append(frame.span)
    guard case .frame(let found) = deframer.next(), !found.information.isEmpty else { return nil }
    return Array(deframer.frameOctets[found.information])
  }

  /// A ciphered message as the fuzzer's cipher takes it: the text as it is, the tag zeros.
  private static func sealed(_ text: [UInt8], security: UInt8) -> [UInt8] {
    let tag = [UInt8](repeating: 0, count: security & 0x10 == 0 ? 0 : 12)
    let content = [security, 0, 0, 0, 1] + text + tag
    let length: [UInt8] = [0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)]
    return [0xE6, 0xE7, 0x00, 0xDB, 8, 0x4B, 0x41, 0x4D, 0x45, 1, 0x23, 0x45, 0x67] + length + content
  }

  private static func unpack(_ file: String, to folder: String) throws {
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(whereSeparator: \.isNewline)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (number, line) in lines.enumerated() where !line.hasPrefix("#") {
      try Data(octets(String(line))).write(to: URL(fileURLWithPath: "\(folder)/kept-\(number)"))
    }
  }

  private static func pack(_ folder: String, to file: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    let inputs = try names.map { Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))) }
    let lines = Set(inputs.filter { !$0.isEmpty }.map { hex($0).filter { $0 != " " } })
    let sorted = lines.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    try (sorted.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
  }
}
