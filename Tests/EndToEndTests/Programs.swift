import Foundation
import Testing

/// The built programs, run as a user runs them.
///
/// `AMS_BIN` names the folder that holds them; without it they are looked for beside the tests.
enum Programs {
  /// The folder of real frames, where there is one.
  static let frames = ProcessInfo.processInfo.environment["AMS_FRAMES"]

  static let given = ProcessInfo.processInfo.environment["AMS_BIN"]

  static let folder: URL = {
    if let given { return URL(fileURLWithPath: given, isDirectory: true) }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return root.appending(path: ".build/debug")
  }()

  struct Outcome {
    var status: Int32
    var output: String
    var messages: String
  }

  /// Runs `name` to its end.
  static func run(_ name: String, _ arguments: [String]) throws -> Outcome {
    let process = Process()
    process.executableURL = folder.appending(path: name)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let errors = FileManager.default.temporaryDirectory.appending(path: "ams-\(UUID().uuidString)")
    #expect(FileManager.default.createFile(atPath: errors.path, contents: nil))
    defer { try? FileManager.default.removeItem(at: errors) }
    process.standardError = try FileHandle(forWritingTo: errors)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: data, as: UTF8.self),
      messages: try String(contentsOf: errors, encoding: .utf8))
  }

  /// The rows of a CSV without quoted fields, by column name.
  static func rows(_ csv: String) throws -> [[String: String]] {
    let lines = csv.split(separator: "\n")
    let columns = try #require(lines.first).split(separator: ",").map(String.init)
    return try lines.dropFirst().map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      try #require(fields.count == columns.count)
      return Dictionary(uniqueKeysWithValues: zip(columns, fields))
    }
  }
}
