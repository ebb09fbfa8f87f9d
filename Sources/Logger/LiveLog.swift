import Logging
import Metering
import Store

/// One live input and its log, on the calling thread, until it is stopped.
final class LiveLog {
  private let source: any InputSource
  private var pipeline: Pipeline
  private let writer: LogWriter
  private let recorder: Recorder
  private let commitInterval: TimeSpan
  private let messages = Logging.Logger(label: "ams-logger")
  private var nextCommit: Deadline
  private var lastOctets: Deadline?
  private var commitFailures = 0
  private var wasOpen = false
  private var securityNotice = SecurityNotice()
  private var toldUnchecked = false

  /// Records that may wait while the database refuses them, five days of a 2.5 s meter; then the program gives up.
  private static let mostWaiting = 200_000

  init(source: any InputSource, pipeline: Pipeline, writer: LogWriter, input: String, commitInterval: TimeSpan) {
    self.source = source
    self.pipeline = pipeline
    self.writer = writer
    self.commitInterval = commitInterval
    recorder = Recorder(writer: writer, input: input)
    nextCommit = Deadline(in: commitInterval)
  }

  func run(until stop: Stop) throws {
    recorder.note(.started, "reading \(source.name)", at: HostClock.now())
    let ending = try InputLoop(source: source, stop: stop).run { (event) throws(any Error) in
      // A port that was never there is a mistake to tell of; one that is lost later comes back.
      if case .lost(let error, _) = event, !wasOpen, error.isMistake { throw error }
      try take(event)
      return .proceed
    }
    switch ending {
    case .stopped, .handlerEnded: pipeline.stop { recorder.take($0) }
    case .inputEnded: pipeline.end { recorder.take($0) }
    }
    recorder.note(.stopped, "\(ending)", at: HostClock.now())
    try recorder.commit()
    try writer.close()
    let counts = pipeline.counts
    let heard = "\(counted(counts.messages, "message")), \(counts.rejected) rejected"
    messages.info("\(ending): \(heard), \(counted(counts.noise, "octet")) of noise")
  }

  private func take(_ event: InputLoop.Event) throws(StoreError) {
    switch event {
    case .opened(let time):
      wasOpen = true
      messages.info("\(source.name) is open")
      recorder.note(.linkUp, source.name, at: time)
    case .octets(let octets, let arrival):
      lastOctets = Deadline(in: Pipeline.silence)
      pipeline.take(octets.span, arrival: arrival) { recorder.take($0) }
      if let news = securityNotice.news(pipeline.security) {
        messages.warning("\(news)")
        recorder.note(.encrypted, news, at: arrival)
      }
      if pipeline.counts.unchecked > 0, !toldUnchecked {
        toldUnchecked = true
        let news = "the messages carry no check sequence: what the line damages goes unseen"
        messages.warning("\(news)")
        recorder.note(.unchecked, news, at: arrival)
      }
    case .idle:
      if let silent = lastOctets, silent.hasPassed {
        pipeline.fallSilent { recorder.take($0) }
        lastOctets = nil
      }
    case .lost(let error, let time):
      messages.warning("\(error)")
      recorder.note(.linkLost, "\(error)", at: time)
      pipeline.end { recorder.take($0) }
    }
    if recorder.isUrgent && commitFailures == 0 || nextCommit.hasPassed { try commit() }
  }

  /// Commits what waits. When the database refuses, it is asked again after the interval; nothing is dropped.
  private func commit() throws(StoreError) {
    nextCommit = Deadline(in: commitInterval)
    do {
      try recorder.commit()
      if commitFailures > 0 { messages.notice("the database takes rows again after \(commitFailures) failures") }
      commitFailures = 0
    } catch {
      commitFailures += 1
      if commitFailures == 1 || commitFailures.isMultiple(of: 100) {
        messages.error("\(error); \(recorder.waiting) records wait")
      }
      if recorder.waiting > LiveLog.mostWaiting { throw error }
    }
  }
}
