import Glibc
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
  private var refusals = FaultCounter()
  private var watch = LinkWatch()
  private var stuck = FaultCounter()
  private var wasOpen = false
  private var isLost = true
  private var securityNotice = SecurityNotice()
  private var toldUnchecked = false
  private var manager = ServiceManager()

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
    manager.ready("reading \(source.name)")
    let ending = try InputLoop(source: source, stop: stop).run { (event) throws(any Error) in
      // A port that was never there is a mistake to tell of; one that is lost later comes back.
      if case .lost(let error, _) = event, !wasOpen, error.isMistake { throw error }
      return take(event)
    }
    manager.stopping()
    switch ending {
    case .stopped, .handlerEnded: pipeline.stop { recorder.take($0) }
    case .inputEnded: pipeline.end { recorder.take($0) }
    }
    recorder.note(.stopped, "\(ending)", at: HostClock.now())
    try commitAtLast()
    try writer.close()
    let counts = pipeline.counts
    let heard = "\(counted(counts.messages, "message")), \(counts.rejected) rejected"
    messages.info("\(ending): \(heard), \(counted(counts.noise, "octet")) of noise")
  }

  /// Takes what happens to the input, and says what is to become of it.
  private func take(_ event: InputLoop.Event) -> InputLoop.Directive {
    switch event {
    case .opened(let time): opened(at: time)
    case .octets(let octets, let arrival): take(octets, arrival: arrival)
    case .idle:
      if let silent = lastOctets, silent.hasPassed {
        pipeline.fallSilent { recorder.take($0) }
        lastOctets = nil
      }
    case .lost(let error, let time):
      messages.warning("\(error)")
      recorder.note(.linkLost, "\(error)", at: time)
      pipeline.end { recorder.take($0) }
      watch.lost("\(error)")
      isLost = true
    }
    manager.alive()
    // Before the commit: while that takes its time the line is not silent, only not read.
    let next: InputLoop.Directive = isStuck() ? .reopen : .proceed
    if recorder.isUrgent && refusals.count == 0 || nextCommit.hasPassed { commit() }
    return next
  }

  private func opened(at time: UTCTime) {
    wasOpen = true
    watch.opened(at: HostClock.uptime())
    // Opening a silent line again is no news.
    guard isLost else { return }
    isLost = false
    messages.info("\(source.name) is open")
    recorder.note(.linkUp, source.name, at: time)
  }

  private func take(_ octets: ArraySlice<UInt8>, arrival: UTCTime) {
    lastOctets = Deadline(in: Pipeline.silence)
    let before = pipeline.counts
    pipeline.take(octets.span, arrival: arrival) { recorder.take($0) }
    let counts = pipeline.counts
    watch.took(
      octets: octets.count, whole: counts.whole - before.whole, read: counts.messages - before.messages,
      at: HostClock.uptime())
    if watch.state == .good, let times = stuck.recovered() {
      messages.notice("\(source.name) is read again after \(counted(times, "minute")) without a message")
      recorder.note(.linkUp, "messages come again", at: arrival)
    }
    if let news = securityNotice.news(pipeline.security) {
      messages.warning("\(news)")
      recorder.note(.encrypted, news, at: arrival)
    }
    if counts.unchecked > 0, !toldUnchecked {
      toldUnchecked = true
      let news = "the messages carry no check sequence: what the line damages goes unseen"
      messages.warning("\(news)")
      recorder.note(.unchecked, news, at: arrival)
    }
  }

  /// Whether the line has been without a message for so long that it is to be opened anew. Told the 1st, 10th, 100th ... time.
  private func isStuck() -> Bool {
    // What ends for good is not to be opened anew.
    guard source.longestPause != nil, watch.isStuck(at: HostClock.uptime()) else { return false }
    // What was begun of a message is of a line that is given up.
    pipeline.end { recorder.take($0) }
    if let times = stuck.happened() {
      let advice = watch.state.advice ?? watch.state.name
      let news = "\(source.name): a minute without a message\(times > 1 ? ", \(times) in a row" : ""); \(advice)"
      messages.warning("\(news)")
      recorder.note(.linkLost, news, at: HostClock.now())
    }
    return true
  }

  /// The last commit, tried again for a second: a disk that fails once must not cost what waits.
  private func commitAtLast() throws(StoreError) {
    let deadline = Deadline(in: .seconds(1))
    while true {
      do throws(StoreError) {
        return try recorder.commit()
      } catch {
        guard !deadline.hasPassed else { throw error }
        messages.error("\(error); tried again")
        usleep(100_000)
      }
    }
  }

  /// Commits what waits. When the database refuses, it is asked again after the interval; registers are kept whatever comes,
  /// samples as long as there is room.
  private func commit() {
    nextCommit = Deadline(in: commitInterval)
    do {
      try recorder.commit()
      if let times = refusals.recovered() {
        messages.notice("the database takes rows again after \(counted(times, "failure"))")
      }
    } catch {
      let times = refusals.happened()
      if let times {
        messages.error("\(error); \(recorder.waiting) records wait\(times > 1 ? ", \(times) failures in a row" : "")")
      }
      recorder.makeRoom(at: HostClock.now())
    }
  }
}
