import ArgumentParser
import Frames
import Metering
import Store

/// `replay`: captures through the same pipeline as live octets. Doing it twice changes nothing.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Log captures as if they arrived now; a second time changes nothing.")

  @Argument(help: ArgumentHelp("Captures with times, as `record` writes them; - is standard input.", valueName: "file"))
  var files: [String]

  @OptionGroup var log: LogOptions
  @OptionGroup var line: LineOptions
  @OptionGroup var meter: MeterOptions

  /// Records of one transaction.
  private static let batch = 20_000

  func run() throws {
    let stop = try StopSignal.install()
    let zone = try log.zone()
    let writer = try LogWriter(path: log.database, zone: zone)
    var nothingRead = false
    for stream in Self.streams(files) where !stop.isRequested {
      let recorder = Recorder(writer: writer, input: log.input)
      var pipeline = try meter.pipeline(input: log.input, zone: zone, lineTime: line.form().time)
      // What could be read before a bad line is kept.
      let failure = Result { for file in stream { try replay(file, into: &pipeline, recorder, unless: stop) } }
      pipeline.end { recorder.take($0) }
      try recorder.commit()
      var notice = SecurityNotice()
      if let news = notice.news(pipeline.security) { tell(news) }
      let name = stream.count > 1 ? "\(stream[0]) and \(stream.count - 1) more" : stream[0]
      if pipeline.counts.octets > 0 { print(Self.summary(of: name, pipeline.counts, recorder.result)) }
      try failure.get()
      if pipeline.counts.messages == 0 && pipeline.counts.octets > 0 { nothingRead = true }
    }
    try writer.close()
    if nothingRead { throw ExitCode(1) }
  }

  /// The files that are one stream of octets: each by itself, but those of a raw ring, named one after the other, together. None
  /// is empty.
  static func streams(_ files: [String]) -> [[String]] {
    var streams: [(key: String?, files: [(path: String, file: RingFile?)])] = []
    for path in files {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      let file = parts.last.flatMap { RingFile(name: String($0)) }
      let key = file.map { parts.dropLast().joined(separator: "/") + "/" + $0.stem }
      if key != nil, let last = streams.indices.last, streams[last].key == key {
        streams[last].files.append((path, file))
      } else {
        streams.append((key, [(path, file)]))
      }
    }
    return streams.map { stream in
      stream.files.sorted { left, right in
        guard let left = left.file, let right = right.file else { return false }
        return (left.hour, left.part) < (right.hour, right.part)
      }.map(\.path)
    }
  }

  private func replay(
    _ file: String, into pipeline: inout Pipeline, _ recorder: Recorder, unless stop: Stop
  )
    throws
  {
    var reader = try CaptureReader(path: file, stop: stop)
    var form: LineForm?
    while let read = try reader.next() {
      if let said = reader.lineForm, said != form {
        form = said
        pipeline.changeLine(to: line.form(of: said).time)
      }
      guard let arrival = read.arrival else {
        throw CaptureError(
          .badLine, reader.name, line: read.line, "has no time, and a log needs the time of each read",
          advice: "`decode` reads octets without times")
      }
      pipeline.takeCaptured(read.octets, arrival: arrival) { recorder.take($0) }
      if recorder.waiting >= Self.batch { try recorder.commit() }
    }
  }

  /// `house.capture: 689 messages (list2 687, list3 2), 0 rejected, 44 octets of noise; new: 689 samples, 2 register readings`
  private static func summary(of file: String, _ counts: Pipeline.Counts, _ result: AppendResult) -> String {
    let kinds = counts.lists.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }
    let messages = "\(counted(counts.messages, "message"))\(kinds.isEmpty ? "" : " (\(kinds.joined(separator: ", ")))")"
    let unchecked = counts.unchecked > 0 ? "\(counts.unchecked) of them without a check sequence, " : ""
    let unknown = counts.unknown > 0 ? "\(counts.unknown) with unknown elements, " : ""
    return
      "\(file): \(messages), \(unchecked)\(unknown)\(counts.rejected) rejected, \(counted(counts.noise, "octet")) of noise; "
      + "new: \(counted(result.samples, "sample")), \(counted(result.registers, "register reading")); \(result.duplicates) already there"
      + (result.expired > 0 ? ", \(result.expired) older than samples are kept" : "")
  }
}
