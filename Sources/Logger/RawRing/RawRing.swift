import Glibc
import Metering

/// The octets of one input's last hours, as they came, so that what a decoder misread can be read again by a better one.
///
/// They are kept as captures of an hour each in a folder beside the log. `ams-logger replay` takes the files of one input for one
/// stream; all the same the next one begins in a pause of the line, so that each can be read by itself. It is written without a sync, since it is not the log; when the disk fails,
/// what could not be written is let go, and logging never learns of it but by a sentence to tell.
///
/// Of each input the newest `hours` files are kept, whatever the host's clock says: one that steps a year ahead and back
/// costs nothing. All rings of a folder share the octets; the oldest file goes first.
final class RawRing {
  /// A silence on the line after which a read begins a message; the parts of one come faster (`protocol.md` 2.5).
  static let pause = TimeSpan(milliseconds: 500)
  /// So long after the full hour a line that never pauses is cut all the same.
  static let patience = TimeSpan.minutes(5)

  private let folder: String
  private let stem: String
  private let hours: Int
  private let mostOctets: Int64
  /// Lines on their way to their files; the last file is the one that grows.
  private var waiting: [(file: RingFile, lines: [UInt8])] = []
  private var current: RingFile?
  /// The line of which the file says that its reads are; nil where it is to be said before the next one.
  private var told: LineForm?
  private var size: Int64 = 0
  private var lastRead: UTCTime?
  private var sincePruned: Int64?
  /// Why the last attempt to write failed; nil when it did not.
  private var failure: CaptureError?
  private var isTold = false

  /// Touches no file; the folder is made when there is something to write.
  ///
  /// - Parameters:
  ///   - folder: `LogFiles.rawFolder`.
  ///   - input: the name of the input; any text.
  ///   - hours: how many files of an hour are kept; 0 keeps nothing.
  ///   - mostBytes: octets of all files in the folder together, as text: two and a half for each that came.
  init(folder: String, input: String, hours: Int = 24, mostBytes: Int64 = 64 << 20) {
    self.folder = folder
    self.hours = max(0, hours)
    stem = RingFile.stem(of: input)
    mostOctets = max(0, mostBytes)
  }

  /// Whether anything is kept at all.
  var isKept: Bool { hours > 0 }

  /// A file that has this many goes no further; so the oldest that is given up is never much.
  private var mostInFile: Int64 { max(4096, mostOctets / 16) }

  /// Keeps a read until the next `flush`; beyond a sixteenth of the whole it is written at once.
  ///
  /// - Parameter form: of the line that it came on, which each file says at its head, and again when it changes.
  func take(_ octets: some Sequence<UInt8>, arrival: UTCTime, on form: LineForm? = nil) {
    guard isKept else { return }
    turn(at: arrival)
    guard let current else { return }
    if waiting.last?.file != current { waiting.append((current, [])) }
    let place = waiting.count - 1
    let before = waiting[place].lines.count
    if let form, form != told {
      CaptureWriter.put(comment: form.comment, into: &waiting[place].lines)
      told = form
    }
    CaptureWriter.put(octets, arrival: arrival, into: &waiting[place].lines)
    size += Int64(waiting[place].lines.count - before)
    if Int64(waiting[place].lines.count) > mostInFile { write() }
  }

  /// Writes what waits, without a sync. A sentence to tell when it fails for the first time, and when it works again.
  func flush() -> String? {
    if !waiting.isEmpty { write() }
    switch failure {
    case let failure? where !isTold:
      isTold = true
      return "raw octets are not kept (\(failure)); logging goes on without them"
    case nil where isTold:
      isTold = false
      return "\(folder): raw octets are kept again"
    default: return nil
    }
  }

  // MARK: Files

  /// Begins the next file if this one has had its time or its size and the line pauses, or will not.
  private func turn(at arrival: UTCTime) {
    let pauses = lastRead.map { (arrival - $0).magnitude >= RawRing.pause } ?? true
    lastRead = arrival
    let hour = arrival.floor(to: .hour)
    guard let file = current else {
      begin(RingFile.last(in: folder, stem: stem, hour: hour))
      return
    }
    if file.hour != hour, pauses || arrival - hour >= RawRing.patience || hour < file.hour {
      begin(RingFile.last(in: folder, stem: stem, hour: hour))
    } else if size >= mostInFile, pauses || size >= mostInFile * 2 {
      begin(file.next)
    }
  }

  private func begin(_ file: RingFile) {
    let found = FileSystem.size(of: file.path(in: folder)) ?? 0
    current = found >= mostInFile ? file.next : file
    size = found >= mostInFile ? 0 : found
    sincePruned = nil
    told = nil
  }

  private func write() {
    defer { waiting.removeAll() }
    var written: Int64 = 0
    do throws(CaptureError) {
      if sincePruned == nil { try prepare() }
      for (file, lines) in waiting {
        var capture = try CaptureWriter(path: file.path(in: folder))
        try capture.append(lines: lines)
        written += Int64(lines.count)
      }
      failure = nil
    } catch {
      failure = error
      sincePruned = nil
      // The comment may have gone with the lines.
      told = nil
      return
    }
    let since = (sincePruned ?? mostInFile) + written
    if since >= mostInFile { RingFile.prune(folder, hours: hours, mostOctets: mostOctets, keeping: current) }
    sincePruned = since >= mostInFile ? 0 : since
  }

  /// Makes the folder, and takes away half lines that a power cut has left.
  private func prepare() throws(CaptureError) {
    guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
      throw CaptureError(SystemError(errno), folder, verb: "made")
    }
    for file in RingFile.all(in: folder) where file.stem == stem { file.mend(in: folder) }
  }
}
