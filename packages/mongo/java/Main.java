import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/** Serves one test on a free port of this machine, and ends when its standard input does. */
public class Main {
  public static void main(String[] args) throws Exception {
    MemoryBackend backend = new MemoryBackend();
    ServerVersion version = ServerVersion.MONGO_5_0;
    backend.version(new MongoVersion() {
      // The driver refuses what is older; what this server lacks of it, the adapter does not use.
      public int getWireVersion() { return 9; }
      public List<Integer> getVersionArray() { return version.getVersionArray(); }
      public String toVersionString() { return version.toVersionString(); }
    });
    MongoServer server = new MongoServer(backend);
    server.bind("127.0.0.1", Integer.parseInt(args[0]));
    System.out.println("ready " + server.getLocalAddress().getPort());
    while (System.in.read() != -1) {}
    server.shutdownNow();
  }
}
