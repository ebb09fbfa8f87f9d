import Foundation

/// What a program did to its files, as `world.c` wrote it down.
struct Trace {
  enum Step {
    case write(file: String, offset: Int, octets: Range<Int>)
    case truncate(file: String, length: Int)
    case sync(file: String)
    case remove(file: String)
    /// SQLite has told the program that its rows are safe.
    case commit

    /// For a person who looks for a fault.
    var text: String {
      switch self {
      case .write(let file, let offset, let octets): "write \(octets.count) at \(offset) of '\(file)'"
      case .truncate(let file, let length): "cut '\(file)' to \(length)"
      case .sync(let file): "sync '\(file)'"
      case .remove(let file): "remove '\(file)'"
      case .commit: "commit"
      }
    }
  }

  let octets: [UInt8]
  let steps: [Step]

  /// Only the files that a database consists of; its shared memory and locks are gone after a power cut.
  static let files = ["", "-wal", "-journal"]

  init(path: String) {
    octets = Trace.octets(path)
    var steps: [Step] = []
    Trace.walk(octets) { kind, file, offset, content in
      switch kind {
      case "C": steps.append(.commit)
      case "S" where file == "/" || Trace.files.contains(file): steps.append(.sync(file: file))
      case _ where !Trace.files.contains(file): break
      case "W": steps.append(.write(file: file, offset: offset, octets: content))
      case "T": steps.append(.truncate(file: file, length: offset))
      case "U": steps.append(.remove(file: file))
      default: quit("no operation of a trace: \(kind)")
      }
    }
    self.steps = steps
  }

  /// How many operations of these kinds there are, on any file.
  static func count(path: String, kinds: String) -> Int {
    var count = 0
    walk(octets(path)) { kind, _, _, _ in count += kinds.contains(kind) ? 1 : 0 }
    return count
  }

  private static func octets(_ path: String) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else { quit("cannot read \(path)") }
    return Array(data)
  }

  private static func walk(_ octets: [UInt8], _ take: (Substring, String, Int, Range<Int>) -> Void) {
    var place = 0
    while place < octets.count {
      guard let end = octets[place...].firstIndex(of: 0x0A) else { quit("the trace ends in the middle of a line") }
      let line = String(decoding: octets[place..<end], as: UTF8.self).split(separator: " ")
      guard line.count == 4, let offset = Int(line[2]), let length = Int(line[3]) else {
        quit("no line of a trace: \(line.joined(separator: " "))")
      }
      let content = (end + 1)..<(end + 1 + length)
      take(line[0], line[1] == "." ? "" : String(line[1]), offset, content)
      place = content.upperBound
    }
  }
}

/// A disk that may lose, at a power cut, whatever was not synced: any part of it, in sectors of 512 octets.
struct Disk {
  private struct File {
    /// As the platters have it; nil: not there.
    var durable: [UInt8]?
    /// As the program sees it.
    var seen: [UInt8]?
    /// What was done since the last sync.
    var pending: [Trace.Step] = []
  }

  private let trace: Trace
  private var files: [String: File] = [:]
  /// Syncs of these files do nothing, though they say that all is well.
  private let lying: Set<String>

  init(_ trace: Trace, lying: Set<String> = []) {
    self.trace = trace
    self.lying = lying
  }

  mutating func take(_ step: Trace.Step) {
    switch step {
    case .commit: break
    case .write(let name, _, _), .truncate(let name, _), .remove(let name):
      apply(step, to: &files[name, default: File()].seen)
      files[name, default: File()].pending.append(step)
    case .sync("/"):
      for name in files.keys { settle(&files[name, default: File()], removalsOnly: true) }
    case .sync(let name) where !lying.contains(name): settle(&files[name, default: File()], removalsOnly: false)
    case .sync: break
    }
  }

  /// The files as the program sees them.
  var seen: [String: [UInt8]] { files.compactMapValues(\.seen) }

  /// The files as they may be found after a power cut at this moment.
  func cut(_ random: inout Random) -> [String: [UInt8]] {
    files.mapValues { file in
      // From a cut that loses all to one that loses hardly anything.
      let luck = [0, 10, 50, 90, 100][Int.random(in: 0..<5, using: &random)]
      var octets = file.durable
      for step in file.pending {
        if case .write(_, let offset, let content) = step {
          var sector = content.lowerBound
          while sector < content.upperBound {
            let end = min(sector + 512, content.upperBound)
            if Int.random(in: 0..<100, using: &random) < luck {
              write(sector..<end, at: offset + sector - content.lowerBound, to: &octets)
            }
            sector = end
          }
        } else if Int.random(in: 0..<100, using: &random) < luck {
          apply(step, to: &octets)
        } else if case .remove = step {
          // The old file is still there, and what came after went into another.
          break
        }
      }
      return octets
    }.compactMapValues(\.self)
  }

  private func settle(_ file: inout File, removalsOnly: Bool) {
    var count = file.pending.count
    if removalsOnly {
      count = (file.pending.lastIndex { if case .remove = $0 { true } else { false } } ?? -1) + 1
    }
    for step in file.pending.prefix(count) { apply(step, to: &file.durable) }
    file.pending.removeFirst(count)
  }

  private func apply(_ step: Trace.Step, to file: inout [UInt8]?) {
    switch step {
    case .write(_, let offset, let content): write(content, at: offset, to: &file)
    case .truncate(_, let length):
      var octets = file ?? []
      octets = Array(octets.prefix(length)) + [UInt8](repeating: 0, count: max(0, length - octets.count))
      file = octets
    case .remove: file = nil
    case .sync, .commit: break
    }
  }

  private func write(_ content: Range<Int>, at offset: Int, to file: inout [UInt8]?) {
    if file == nil { file = [] }
    if let missing = file.map({ offset + content.count - $0.count }), missing > 0 {
      file?.append(contentsOf: repeatElement(0, count: missing))
    }
    file?.replaceSubrange(offset..<(offset + content.count), with: trace.octets[content])
  }
}
