import Glibc

/// `embed-sql OUTPUT FILE.sql...` writes a Swift file that holds each file's name and text, in the order given.
/// Exit status 1 with a sentence on standard error when a file cannot be read or written.
@main
struct EmbedSQL {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard let output = arguments.first else { fail("usage: embed-sql OUTPUT FILE.sql...") }
    var text =
      "extension Migration {\n  /// Every migration in order, embedded at build time.\n  package static let all: [Migration] = [\n"
    for path in arguments.dropFirst() {
      let file = path.split(separator: "/").last.map(String.init) ?? path
      let name = String(file.dropLast(".sql".count))
      guard let sql = read(path) else { fail("embed-sql: cannot read \(path)") }
      if sql.contains("\"\"\"###") { fail("embed-sql: \(path) holds the delimiter \"\"\"###") }
      text += "    Migration(name: \"\(name)\", sql: ###\"\"\"\n\(sql)\n\"\"\"###),\n"
    }
    text += "  ]\n}\n"
    guard let stream = fopen(output, "w") else { fail("embed-sql: cannot write \(output)") }
    guard fputs(text, stream) >= 0, fclose(stream) == 0 else { fail("embed-sql: cannot write \(output)") }
  }

  private static func read(_ path: String) -> String? {
    guard let stream = fopen(path, "r") else { return nil }
    defer { fclose(stream) }
    var octets: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&chunk, 1, chunk.count, stream)
      if count == 0 { break }
      octets += chunk[..<count]
    }
    return ferror(stream) == 0 ? String(validating: octets, as: UTF8.self) : nil
  }

  private static func fail(_ message: String) -> Never {
    let text = message + "\n"
    write(STDERR_FILENO, text, text.utf8.count)
    exit(1)
  }
}
