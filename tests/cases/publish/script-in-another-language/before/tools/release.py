import subprocess

subprocess.run(["npm", "publish", "--access", "public"], check=True)
