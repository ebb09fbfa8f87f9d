import Foundation

/// What tells that a file was a log, when SQLite cannot read it.
enum LogTraces {
  private static let magic = Array("SQLite format 3\0".utf8)
  /// Kind, name and table as they stand side by side in a row of the schema.
  private static let schema = Data("tableregister_snapshotregister_snapshot".utf8)

  /// Its header says so; or it has nothing but zeros, or no more than a part of a header, as a power cut leaves; or it is no
  /// text and has the schema of a log in it.
  static func areIn(_ path: String) -> Bool {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped), !data.isEmpty else {
      return false
    }
    let header = [UInt8](data.prefix(100))
    if header.starts(with: magic.prefix(header.count)) {
      guard header.count == 100 else { return true }
      if header.bigEndian(at: 68, count: 4) == Int(Schema.applicationID) { return true }
    }
    if data.range(of: schema) != nil, data.contains(0) { return true }
    return data.allSatisfy { $0 == 0 }
  }
}
